/** `doctor --write-test` recognises each peer of the conformance run, and the sandbox plays it from what was recorded. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "@jest/globals";
import { cases } from "../../connectors/conformance/cases.ts";
import type { Check } from "../../connectors/conformance/harness.ts";
import type { Facts } from "../../connectors/recognise.ts";
import { keptNowhere, type TokenChains } from "../../connectors/tokens.ts";
import { type WorldFile, worldFile } from "../../connectors/world/world.ts";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";
import { optionsOf, readWorld } from "../../sandbox/world.ts";
import { runDoctor } from "../../src/operate/doctor/doctor.ts";
import { PEERS, type Peer } from "../connectors/conformance/peers.ts";
import { CHILD_ENVIRONMENT, endsWithUs, ROOT } from "../support/children.ts";
import { runCli } from "../support/cli.ts";

let sandbox: Sandbox;
afterEach(() => sandbox.close());

type Crm = "salesforce" | "hubspot";

interface Visit {
  readonly env?: Readonly<Record<string, string>>;
  readonly folder?: string;
}

/** What the service is set to for a peer, where that is not the usual. */
const VISITS: Readonly<Record<string, Visit>> = {
  S8: { env: { SALESFORCE_REFRESH_TOKEN: "5Aep-first" } },
  H12: { env: { HUBSPOT_API_VERSION: "v3" } },
  H13: { folder: "mappings/examples/hubspot-appointments" },
  H14: { folder: "mappings/examples/hubspot-appointments" },
};

/** Which facts no probe can tell of any peer of a CRM, and which of one peer alone. */
const OPEN: Readonly<Record<Crm, readonly string[]>> = {
  salesforce: ["timeZone", "triggerLimits", "activityPermissions", "mayModifyMetadata"],
  hubspot: ["timeZone"],
};
const UNMET = ["maintenanceEvery", "rotatesRefreshTokens"];
const OPEN_TOO: Readonly<Record<string, readonly string[]>> = {
  S8: ["maintenanceEvery"],
  S10: ["rotatesRefreshTokens"],
  H4: ["errorNames"],
  H10: ["errorNames"],
  H12: ["datedProperties"],
  H13: ["uniqueMeetings"],
  H14: ["uniqueMeetings"],
};
/** Options of a peer that the world has in a value of its own. */
const MEASURED: Readonly<Record<string, unknown>> = {
  searchLagMs: expect.any(Number),
  duplicateRule: expect.objectContaining({ by: "Email" }),
};

const crmOf = ({ code }: Peer): Crm => (code.startsWith("S") ? "salesforce" : "hubspot");

async function recognise(crm: Crm, { env, folder = "mappings" }: Visit = {}) {
  const lines: string[] = [];
  const all: Facts[] = [];
  const environment = {
    SALESFORCE_LOGIN_URL: sandbox.url,
    SALESFORCE_CLIENT_ID: "id",
    SALESFORCE_CLIENT_SECRET: "secret",
    HUBSPOT_ACCESS_TOKEN: "token",
    HUBSPOT_BASE_URL: sandbox.url,
    ...env,
  };
  const say = (line: string): void => void lines.push(line);
  const keep = (_crm: string, facts: Facts): void => void all.push(facts);
  await runDoctor({ environment, crm, writeTest: true, folder, say, keep, tokens: () => kept });
  const [facts = {}] = all;
  return { lines, facts, file: worldFile.parse({ format: 1, recorded: "2026-11-26", worlds: { [crm]: facts } }) };
}

const opens = (facts: Facts): string[] => Object.keys(facts).filter((name) => "open" in (facts[name] ?? {}));
const sorted = (names: readonly string[]): string[] => [...names].toSorted();
const OBJECTS = { salesforce: ["Contact", "Event"], hubspot: ["contacts", "meetings", "appointments"] } as const;
const records = (crm: Crm) => OBJECTS[crm].flatMap((object) => sandbox[crm].records(object));

/** A kept chain, as with Redis. */
const kept: TokenChains = (start) => {
  const chain = keptNowhere(start);
  return { ...chain, keeping: () => (chain.keeping() === "fixed" ? "fixed" : "kept") };
};

const check: Check = {
  equal: (actual, expected) => expect(actual).toEqual(expected),
  async rejects(promise, kind) {
    const error: unknown = await promise.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ kind });
    return error as Error;
  },
};

/** Those that the peers differ in; all cases pass on what is played, and take as long as the conformance run. */
const TELLING = [
  "creates an appointment linked to its contact",
  "gathers many look-ups and writes into few calls, each with its own answer",
  "refuses several bad records of a batch alone",
  "refuses one unique value that is taken, in a batch, alone",
  "says that a record is gone when somebody deleted it, and writes its batch's others",
  "reports a second contact of one e-mail as the CRM treats it",
  "says that credentials are refused, and tries anew once they are good again",
].map((name) => {
  const found = cases.find((one) => one.name === name);
  if (found === undefined) throw new Error(`There is no case: ${name}`);
  return found;
});

/** By peer, but for what is measured. */
const recorded = new Map<string, string>();

describe.each(PEERS)("$code, $name", (peer) => {
  const crm = crmOf(peer);
  let file: WorldFile;

  it("is recognised by what sets it apart, and nothing stays behind", async () => {
    sandbox = await startSandbox(peer.sandbox);
    const world = await recognise(crm, VISITS[peer.code]);
    const { facts, lines } = world;
    file = world.file;
    recorded.set(peer.code, JSON.stringify({ ...facts, searchLagMs: undefined }));
    const open = [...OPEN[crm], ...(OPEN_TOO[peer.code] ?? (crm === "salesforce" ? UNMET : []))];
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
    sandbox = await startSandbox(optionsOf(file));
    const again = await recognise(crm, VISITS[peer.code]);
    expect({ ...again.facts, searchLagMs: undefined }).toEqual({ ...file.worlds[crm], searchLagMs: undefined });
  });

  it.each(TELLING.map((one) => [one.name, one] as const))("passes as it is played: %s", async (_name, one) => {
    sandbox = await startSandbox(optionsOf(file));
    const harness = peer.harness(sandbox);
    if (one.appliesTo?.(harness) !== false) await one.run(harness, check);
  });
});

describe("the worlds of all peers", () => {
  it("are each like no other, but for one whose trigger no trial may drive to its limit, and one that differs in what is configured", () => {
    const twins = PEERS.filter(({ code }, index) =>
      PEERS.slice(0, index).some((other) => recorded.get(other.code) === recorded.get(code)),
    );
    expect(twins.map(({ code }) => code)).toEqual(["S7", "H16"]);
    expect(recorded.size).toBe(PEERS.length);
  });
});

describe("the commands", () => {
  it("record a world without a person, an address or a secret, and a sandbox that plays it answers as it did", async () => {
    sandbox = await startSandbox({ hubspot: { batchFailure: "whole", missing: "left_out" } });
    const file = join(await mkdtemp(join(tmpdir(), "world-")), "world.json");
    const env = { CRM: "hubspot", HUBSPOT_ACCESS_TOKEN: "pat-secret", HUBSPOT_BASE_URL: sandbox.url };
    const doctor = await runCli(["doctor", "--write-test", "--record", file], env);
    expect(doctor).toMatchObject({
      code: 0,
      out: expect.stringMatching(/✓ HubSpot: settled: batchFailure is "whole"/),
    });
    const text = await readFile(file, "utf8");
    expect(text).not.toMatch(/pat-secret|https?:|127\.0\.0\.1|@|doctor|please ignore/);

    const played = await startPlaying(file);
    const again = await runCli(["doctor", "--write-test"], { ...env, HUBSPOT_BASE_URL: played.url });
    played.stop();
    expect(again.out).toMatch(/settled: batchFailure is "whole"[\s\S]*settled: missing is "left_out"/);
  });

  it("record nothing where nothing was tried", async () => {
    sandbox = await startSandbox();
    const { code, err } = await runCli(["doctor", "--record", "/dev/null"], { CRM: "hubspot" });
    expect([code, err]).toEqual([1, expect.stringContaining("--record needs --write-test")]);
  });

  it("take no file that holds more than facts", async () => {
    sandbox = await startSandbox();
    const { file: world } = await recognise("hubspot");
    const file = join(await mkdtemp(join(tmpdir(), "world-")), "world.json");
    const more = { ...world.worlds.hubspot, email: { settled: "ana@example.com" } };
    await writeFile(file, JSON.stringify({ ...world, worlds: { hubspot: more } }));
    await expect(readWorld(file)).rejects.toThrow(/is no recorded world: .*email/s);
  });
});

/** `sandbox/main.ts` as a process, once it says where it is. */
async function startPlaying(file: string): Promise<{ readonly url: string; readonly stop: () => void }> {
  const child = endsWithUs(
    spawn(process.execPath, ["sandbox/main.ts", "--world", file], { cwd: ROOT, env: CHILD_ENVIRONMENT }),
  );
  const [line] = await once(child.stdout, "data");
  return { url: /http:\S+/.exec(String(line))?.[0] ?? "", stop: () => void child.kill() };
}
