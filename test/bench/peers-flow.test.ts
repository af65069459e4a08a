/** The flow in Node-RED that the service is measured beside: wired as it says, and no straw man. */
import { describe, expect, it } from "@jest/globals";
import { planDay } from "../../bench/peers-day.ts";
import { peerFlow } from "../../bench/peers-flow.ts";
import { accept, again, begin, changed, created } from "../../bench/peers-functions.ts";

const environment: Readonly<Record<string, string>> = {
  BOOKINGBUG_AUTHORIZATION: "Basic x",
  HUBSPOT_URL: "http://hubspot",
  HUBSPOT_TOKEN: "token",
};
const env = { get: (name: string) => environment[name] ?? "" };

function received(fate: "morning" | "afternoon", nth: number, authorization = "Basic x") {
  const [delivery] = planDay(20)[fate][nth] ?? [];
  const req = { headers: { authorization }, params: { route: delivery?.route } };
  return accept({ req, payload: delivery?.body }, env);
}

const OPTIONS = [
  { rate: false, retry: false },
  { rate: true, retry: false },
  { rate: true, retry: true },
];

describe("the flow", () => {
  it.each(OPTIONS)("leads from each node to one that is there, with %j", (options) => {
    const nodes = peerFlow(options) as readonly { id: string; wires?: string[][] }[];
    const ids = nodes.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining(nodes.flatMap(({ wires = [] }) => wires.flat())));
  });

  it("lets through what stays below 190 calls in ten seconds at three calls each", () => {
    const paced = peerFlow({ rate: true, retry: true }).find(({ id }) => id === "paced");
    expect(Number(paced?.rate) * 3 * 10).toBeLessThanOrEqual(190);
  });

  it.each(["accept", "begin", "writeContact", "createMeeting", "created", "changed", "again"])(
    "has a function %s that needs nothing but what Node-RED gives it",
    (id) => {
      const { func } = peerFlow({ rate: true, retry: true }).find((one) => one.id === id) ?? {};
      expect(() => new Function("msg", "env", String(func))).not.toThrow();
    },
  );
});

describe("its functions", () => {
  it("refuse a wrong password, and answer the right one at once", () => {
    expect(received("morning", 0, "Basic y")).toEqual([expect.objectContaining({ statusCode: 401 }), []]);
    expect(received("morning", 0)).toEqual([expect.objectContaining({ statusCode: 202 }), [expect.anything()]]);
  });

  it("look a new booking's person up before anything is created", () => {
    const [, [message]] = received("morning", 0);
    expect(message && begin(message, env)).toEqual([
      expect.objectContaining({
        method: "GET",
        url: "http://hubspot/crm/objects/2026-09/contacts/person0%40example.com?idProperty=email",
      }),
      null,
    ]);
  });

  it("change the booking's own meeting, and create it where it is not there yet", () => {
    const [, [message]] = received("afternoon", 0);
    if (message === undefined) throw new Error("no message");
    const [, change] = begin(message, env);
    expect(change).toMatchObject({ method: "PATCH", payload: { properties: { hs_meeting_outcome: "RESCHEDULED" } } });
    expect(changed({ ...message, statusCode: 200 })).toEqual([null, null]);
    expect(changed({ ...message, statusCode: 404 })).toEqual([{ work: { ...message.work, isNew: true } }, null]);
  });

  it("take a meeting that is there already for a repeated delivery, and try again what may heal", () => {
    const [, [message]] = received("morning", 0);
    if (message === undefined) throw new Error("no message");
    expect(created({ ...message, statusCode: 409 })).toBeNull();
    for (const statusCode of [409, 429, 500, "ECONNRESET"]) {
      expect(again({ ...message, statusCode })).toMatchObject({ work: { attempts: 1 } });
    }
    expect(again({ ...message, statusCode: 400 })).toBeNull();
    expect(again({ work: { ...message.work, attempts: 4 }, statusCode: 429 })).toBeNull();
  });
});
