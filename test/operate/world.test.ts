/** `doctor --write-test` recognises each peer of the conformance run, and the sandbox plays it from what was recorded. */
import { afterEach, describe, expect, it } from "@jest/globals";
import type { Facts } from "../../connectors/recognise.ts";
import { worldFile } from "../../connectors/world/world.ts";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";
import { optionsOf } from "../../sandbox/world.ts";
import { runDoctor } from "../../src/operate/doctor/doctor.ts";
import { PEERS, type Peer } from "../connectors/conformance/peers.ts";

let sandbox: Sandbox;
afterEach(() => sandbox.close());

type Crm = "salesforce" | "hubspot";

interface Visit {
  readonly env?: Readonly<Record<string, string>>;
  readonly folder?: string;
}

/** What the service is set to for a peer, where that is not the usual. */
const VISITS: Readonly<Record<string, Visit>> = {
  H12: { env: { HUBSPOT_API_VERSION: "v3" } },
  H13: { folder: "mappings/examples/hubspot-appointments" },
  H14: { folder: "mappings/examples/hubspot-appointments" },
};

/** Which facts no probe can tell of any peer of a CRM, and which of one peer alone. */
const OPEN: Readonly<Record<Crm, readonly string[]>> = {
  salesforce: [],
  hubspot: ["timeZone"],
};
const OPEN_TOO: Readonly<Record<string, readonly string[]>> = {
  H4: ["errorNames"],
  H10: ["errorNames"],
  H12: ["datedProperties"],
  H13: ["uniqueMeetings"],
  H14: ["uniqueMeetings"],
};
/** Options of a peer that the world has in a value of its own. */
const MEASURED: Readonly<Record<string, unknown>> = { searchLagMs: expect.any(Number) };

const crmOf = ({ code }: Peer): Crm => (code.startsWith("S") ? "salesforce" : "hubspot");

async function recognise(crm: Crm, { env, folder = "mappings" }: Visit = {}) {
  const lines: string[] = [];
  const kept: Facts[] = [];
  const environment = {
    SALESFORCE_LOGIN_URL: sandbox.url,
    SALESFORCE_CLIENT_ID: "id",
    SALESFORCE_CLIENT_SECRET: "secret",
    HUBSPOT_ACCESS_TOKEN: "token",
    HUBSPOT_BASE_URL: sandbox.url,
    ...env,
  };
  const say = (line: string): void => void lines.push(line);
  const keep = (_crm: string, facts: Facts): void => void kept.push(facts);
  await runDoctor({ environment, crm, writeTest: true, folder, say, keep });
  const [facts = {}] = kept;
  return { lines, facts, file: worldFile.parse({ format: 1, recorded: "2026-11-26", worlds: { [crm]: facts } }) };
}

const opens = (facts: Facts): string[] => Object.keys(facts).filter((name) => "open" in (facts[name] ?? {}));
const sorted = (names: readonly string[]): string[] => [...names].toSorted();
const OBJECTS = { salesforce: ["Contact", "Event"], hubspot: ["contacts", "meetings", "appointments"] } as const;
const records = (crm: Crm) => OBJECTS[crm].flatMap((object) => sandbox[crm].records(object));

describe.each(PEERS.filter(({ code }) => code.startsWith("H")))("$code, $name", (peer) => {
  it("is recognised by what sets it apart, and nothing stays behind", async () => {
    sandbox = await startSandbox(peer.sandbox);
    const crm = crmOf(peer);
    const { facts, lines } = await recognise(crm, VISITS[peer.code]);
    const open = [...OPEN[crm], ...(OPEN_TOO[peer.code] ?? [])];
    expect(sorted(opens(facts))).toEqual(sorted(open));
    for (const [name, value] of Object.entries(peer.sandbox[crm] ?? {})) {
      if (!open.includes(name)) expect([name, facts[name]]).toEqual([name, { settled: MEASURED[name] ?? value }]);
    }
    for (const name of open) expect(lines).toContainEqual(expect.stringContaining(`open: ${name}, `));
    expect(lines.filter((line) => line.includes(": settled: "))).toHaveLength(Object.keys(facts).length - open.length);
    expect(records(crm)).toEqual([]);
    expect(sandbox[crm].stats.violations).toEqual([]);
  });

  it("is played by a sandbox from what was recorded, which is recognised as the same", async () => {
    sandbox = await startSandbox(peer.sandbox);
    const crm = crmOf(peer);
    const { facts, file } = await recognise(crm, VISITS[peer.code]);
    await sandbox.close();
    sandbox = await startSandbox(optionsOf(file));
    const again = await recognise(crm, VISITS[peer.code]);
    expect({ ...again.facts, searchLagMs: undefined }).toEqual({ ...facts, searchLagMs: undefined });
  });
});
