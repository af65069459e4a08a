/** Every connector against its CRM's peer, in each way the vendors leave open, through the same cases. */
import { afterAll, afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { cases } from "../../../connectors/conformance/cases.ts";
import type { Case, Check } from "../../../connectors/conformance/harness.ts";
import { type Sandbox, startSandbox } from "../../../sandbox/server.ts";
import { callOf } from "../../contract/calls.ts";
import { CALLS } from "../../contract/requests.ts";
import { current, type Result, render } from "./document.ts";
import { PEERS } from "./peers.ts";
import { reconcileCases } from "./reconcile-cases.ts";

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

const sections: Readonly<Record<string, readonly Case[]>> = {
  "The connector alone": cases,
  "The connector and the reconcile": reconcileCases,
};
const results = new Map<string, Result>();
const hubspotCalls = new Set<string>();
let sandbox: Sandbox;

describe.each(PEERS)("$code, $name", (peer) => {
  beforeEach(async () => {
    sandbox = await startSandbox({
      ...peer.sandbox,
      onRequest(crm, request) {
        if (crm === "hubspot") hubspotCalls.add(callOf(request));
      },
    });
  });
  afterEach(() => sandbox.close());

  it.each(Object.values(sections).flatMap((some) => some.map((one) => [one.name, one] as const)))(
    "%s",
    async (name, one) => {
      const harness = peer.harness(sandbox);
      if (one.appliesTo?.(harness) === false) return void results.set(`${name}/${peer.code}`, "has no meaning");
      results.set(`${name}/${peer.code}`, "fails");
      await one.run(harness, check);
      expect([sandbox.salesforce.stats.violations, sandbox.hubspot.stats.violations]).toEqual([[], []]);
      results.set(`${name}/${peer.code}`, "passes");
    },
  );
});

describe("the requests of all cases together", () => {
  it("were every call of HubSpot's contract that the connector makes", () => {
    const unused = CALLS.filter((call) => !hubspotCalls.has(call));
    // Left to tests of their own: merging, a label of an account's own, types without a number, making properties, removing; owners.
    expect(unused).toEqual([
      "POST objects /merge",
      "POST associations /batch/create",
      "POST associations /batch/archive",
      "POST properties",
      "POST properties /groups",
      "GET properties /groups",
      "GET associations /labels",
      "GET owners",
      "GET owners /{id}",
      "DELETE objects /{id}",
    ]);
  });
});

describe("docs/conformance.md", () => {
  it("says what has just been found; `WRITE_CONFORMANCE=1 npm test -- conformance` writes it anew", async () => {
    const text = render(PEERS, sections, (name, { code }) => results.get(`${name}/${code}`) ?? "fails");
    expect(await current(text)).toBe(text);
  });
});

afterAll(() => results.clear());
