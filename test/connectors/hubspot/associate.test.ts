/** Associations: gathered into batches, each confirmed for itself, and a bad one never the others' trouble. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { Connector, Link } from "../../../connectors/connector.ts";
import {
  accept,
  connectTo,
  type Input,
  numbers,
  outcomes,
  type Peer,
  problem,
  type Received,
  type Reply,
  startPeer,
} from "./peer.ts";

type Id = { readonly id: string };

let peer: Peer;
let connector: Connector;
beforeEach(async () => {
  peer = await startPeer();
  connector = connectTo(peer).connector;
  associations(confirm);
});
afterEach(() => peer.close());

const confirm = ({ inputs }: Received): Reply => ({
  body: { status: "COMPLETE", results: inputs.map(({ from, to }) => ({ from, to })) },
});
function associations(answer: (request: Received) => Reply): void {
  peer.script = (request) => (request.path.includes("/associations/") ? answer(request) : accept(request));
}
const calls = () => peer.calls.filter(({ path }) => path.includes("/associations/"));
const sizes = (): number[] => calls().map(({ inputs }) => inputs.length);
const linked = (id: string, via = "200", toId = "501", toObject = "contacts") => {
  const link: Link = { via, toObject, toId };
  return { object: "meetings", target: { by: "id", id } as const, values: {}, links: [link] };
};
const all = (count: number) => numbers(count).map((n) => linked(`7${n}`));
const names = (count: number) => numbers(count).map((n) => `7${n}`);
const hasBad = ({ inputs }: Received): boolean => inputs.some(({ from }) => from?.id === "73");

describe("an association", () => {
  it("of HubSpot's default type goes to the default call, by number or by name", async () => {
    expect(await outcomes(connector, [linked("71"), linked("72", "default")])).toEqual(["71", "72"]);
    for (const { path, body } of calls()) {
      expect(path).toBe("/crm/associations/2026-09/meetings/contacts/batch/associate/default");
      expect(Object.keys(body.inputs[0])).toEqual(["from", "to"]);
    }
  });

  it("with a label of the account's own, and an object of its own, says its type", async () => {
    await connector.save(linked("71", "USER_DEFINED:36", "601", "2-4711"));
    const [call] = calls();
    expect(call?.path).toBe("/crm/associations/2026-09/meetings/2-4711/batch/create");
    const types = [{ associationCategory: "USER_DEFINED", associationTypeId: 36 }];
    expect(call?.body).toEqual({ inputs: [{ types, from: { id: "71" }, to: { id: "601" } }] });
  });

  it("shares its call with others, up to 100", async () => {
    expect(await outcomes(connector, all(150))).toEqual(names(150));
    expect(sizes()).toEqual([100, 50]);
  });

  it.each([
    ["in either direction", ({ inputs }: Received) => inputs.map(({ from, to }) => ({ from: to, to: from }))],
    [
      "as the labelled call does",
      ({ inputs }: Received) =>
        inputs.map(({ from, to }) => ({ fromObjectId: Number(from?.id), toObjectId: Number(to?.id), labels: [] })),
    ],
    ["out of order", ({ inputs }: Received) => inputs.map(({ from, to }) => ({ from, to })).toReversed()],
  ])("may be confirmed %s", async (_what, results) => {
    associations((request) => ({ body: { results: results(request) } }));
    expect(await outcomes(connector, all(3))).toEqual(names(3));
    expect(sizes()).toEqual([3]);
  });

  it("that is not among the confirmed ones of a 200 is an outage, and only that one", async () => {
    associations((request) => ({ body: { results: request.inputs.filter(({ from }) => from?.id !== "71") } }));
    expect(await outcomes(connector, all(3))).toEqual(["70", "unavailable", "72"]);
    expect(sizes()).toEqual([3]);
  });

  it.each([
    ["confirmed for the record that is left", (pair: { from: Id; to: Id }) => [{ ...pair, to: { id: "900" } }]],
    ["left out without a word", () => []],
  ])("to a record that was merged away, %s, is refused like one to a record that is gone", async (_how, results) => {
    const good = ({ from, to }: Input) => [{ from, to }];
    associations(({ inputs }) => ({
      body: { results: inputs.flatMap((pair) => (pair.to?.id === "501" ? results(pair as never) : good(pair))) },
    }));
    const script = peer.script;
    peer.script = (request) =>
      request.method === "GET"
        ? { body: { id: request.path.endsWith("/501") ? "900" : request.path.split("/").at(-1) } }
        : script(request);
    const outcome = (await outcomes(connector, [linked("71"), linked("72", "200", "502")])) as string[];
    expect(outcome).toEqual(["misconfigured", "72"]);
    expect(await outcomes(connector, [linked("71")])).toEqual(["misconfigured"]);
  });

  it.each([
    ["an empty list", { results: [] }],
    ["no list", {}],
    ["nothing", undefined],
    ["errors counted and not told", { results: [], numErrors: 3 }],
    ["a confirmation of another pair", { results: [{ from: { id: "1" }, to: { id: "2" } }] }],
  ])("is not made by a 200 with %s", async (_what, body) => {
    associations(() => ({ body }));
    expect(await outcomes(connector, all(2))).toEqual(["unavailable", "unavailable"]);
  });

  it("that fails the whole call is found by halving it", async () => {
    associations((request) =>
      hasBad(request)
        ? problem(400, "VALIDATION_ERROR", "One or more associated objects do not exist")
        : confirm(request),
    );
    expect(await outcomes(connector, all(8))).toEqual(names(8).map((id) => (id === "73" ? "rejected" : id)));
    associations((request) => (hasBad(request) ? problem(404, "OBJECT_NOT_FOUND", "no object 73") : confirm(request)));
    expect(await outcomes(connector, all(8))).toEqual(names(8).map((id) => (id === "73" ? "misconfigured" : id)));
  });

  it("that fails inside a 200 or 207 fails alone, whether or not the error names it", async () => {
    const good = ({ inputs }: Received) => inputs.filter(({ from }) => from?.id !== "73");
    for (const context of [{ fromObjectId: ["73"] }, undefined]) {
      const error = { category: "VALIDATION_ERROR", message: "object 73 is not valid", context };
      associations((request) =>
        hasBad(request)
          ? { status: 207, body: { results: good(request), numErrors: 1, errors: [error] } }
          : confirm(request),
      );
      expect(await outcomes(connector, all(8))).toEqual(names(8).map((id) => (id === "73" ? "rejected" : id)));
    }
  });

  it("is not searched for when the scope is missing, or HubSpot is down", async () => {
    associations(() => problem(403, "MISSING_SCOPES", "scopes"));
    expect(await outcomes(connector, all(4))).toEqual(names(4).map(() => "misconfigured"));
    associations(() => problem(503, "", "down"));
    expect(await outcomes(connector, all(4))).toEqual(names(4).map(() => "unavailable"));
    expect(sizes()).toEqual([4, 4]);
  });
});

describe("an association taken away", () => {
  const without = (id: string, via = "200", toObject = "contacts") => {
    const unlink: Link[] = [{ via, toObject, toId: "501" }];
    return { object: "meetings", target: { by: "id", id } as const, values: {}, links: [], unlink };
  };
  const many = (count: number) => numbers(count).map((n) => without(`7${n}`));

  it("says its type, so that a person's own of another type stays, and shares its call with others", async () => {
    associations(() => ({ status: 204 }));
    expect(await outcomes(connector, [...many(3), without("79", "USER_DEFINED:36", "2-4711")])).toHaveLength(4);
    // Which of the two goes first is all the same.
    const sent = new Map(calls().map(({ path, inputs, body }) => [path, { count: inputs.length, body }]));
    expect(calls().filter(({ path }) => path.endsWith("/archive"))).toHaveLength(2);
    expect(sent.get("/crm/associations/2026-09/meetings/contacts/batch/labels/archive")?.count).toBe(3);
    const types = [{ associationCategory: "USER_DEFINED", associationTypeId: 36 }];
    expect(sent.get("/crm/associations/2026-09/meetings/2-4711/batch/labels/archive")?.body).toEqual({
      inputs: [{ types, from: { id: "79" }, to: { id: "501" } }],
    });
  });

  it("goes whole where HubSpot publishes no number for its type", async () => {
    associations(() => ({ status: 204 }));
    await connector.save(without("71", "default", "2-4711"));
    expect(calls().map(({ path, body }) => [path, body])).toEqual([
      [
        "/crm/associations/2026-09/meetings/2-4711/batch/archive",
        { inputs: [{ from: { id: "71" }, to: [{ id: "501" }] }] },
      ],
    ]);
  });

  it("that cannot be taken away fails alone", async () => {
    const error = { category: "VALIDATION_ERROR", message: "object 73 is not valid" };
    associations((request) =>
      hasBad(request) ? { status: 207, body: { results: [], numErrors: 1, errors: [error] } } : { status: 204 },
    );
    expect(await outcomes(connector, many(8))).toEqual(names(8).map((id) => (id === "73" ? "rejected" : id)));
  });

  it("of a record that is gone is gone with it", async () => {
    associations((request) => (hasBad(request) ? problem(404, "OBJECT_NOT_FOUND", "no object 73") : { status: 204 }));
    expect(await outcomes(connector, many(8))).toEqual(names(8));
  });

  it("is not taken for gone when HubSpot is down", async () => {
    associations(() => problem(503, "", "down"));
    expect(await outcomes(connector, many(2))).toEqual(["unavailable", "unavailable"]);
  });
});
