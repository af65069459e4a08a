/** Batches that are too long or too large for an account: sent again in smaller ones, and the size is remembered [W9]. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { accept, connectTo, create, numbers, outcomes, type Peer, problem, startPeer, upsert } from "./peer.ts";

let peer: Peer;
beforeEach(async () => {
  peer = await startPeer();
});
afterEach(() => peer.close());

const ids = (count: number): string[] => numbers(count).map((id) => String(1_000 + Number(id)));
const sizes = (): number[] => peer.calls.splice(0).map(({ inputs }) => inputs.length);

describe("a batch that is refused for its size", () => {
  it.each([
    ["by its bytes", { status: 413, body: "<html></html>" }],
    [
      "by its length",
      problem(400, "VALIDATION_ERROR", "The maximum number of inputs supported in a batch request is 30"),
    ],
  ])("%s is sent again in smaller ones, and the next one fits", async (_how, refusal) => {
    peer.script = (request) => (request.inputs.length > 30 ? refusal : accept(request));
    const { connector } = connectTo(peer);
    expect(
      await outcomes(
        connector,
        numbers(60).map((id) => upsert(id)),
      ),
    ).toEqual(ids(60));
    expect(sizes()).toEqual([60, 30, 30]);
    await outcomes(
      connector,
      numbers(60).map((id) => upsert(id)),
    );
    expect(sizes()).toEqual([30, 30]);
  });

  it("has created nothing, so that creations are sent again too", async () => {
    peer.script = (request) => (request.inputs.length > 2 ? { status: 413, body: "" } : accept(request));
    const { connector } = connectTo(peer);
    expect(
      await outcomes(
        connector,
        numbers(4).map((id) => create(id)),
      ),
    ).toEqual(ids(4));
    expect(sizes()).toEqual([4, 2, 2]);
  });
});

describe("HUBSPOT_BATCH_SIZE", () => {
  it("is the most that shares a call", async () => {
    peer.script = (request) => accept(request);
    const { connector } = connectTo(peer, { env: { HUBSPOT_BATCH_SIZE: "40" } });
    await outcomes(
      connector,
      numbers(100).map((id) => upsert(id)),
    );
    expect(sizes()).toEqual([40, 40, 20]);
  });

  it("is refused at start when HubSpot takes no batch of that size", () => {
    expect(() => connectTo(peer, { env: { HUBSPOT_BATCH_SIZE: "101" } })).toThrow("a whole number from 1 to 100");
  });
});
