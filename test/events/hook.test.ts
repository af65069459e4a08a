/** The hook for who keeps a history of their own: what failed, was mended and was done is posted, signed, until it is taken [I1]. */
import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { createAdminClient } from "../support/admin.ts";
import { eventually } from "../support/eventually.ts";
import { somebodys, tooLong } from "../support/scenes.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

interface Post {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const SECRET = "a secret of 16 characters and more";
const ada = { first: "Ada", last: "Lovelace", email: "ada@example.com" };
const posts: Post[] = [];
/** What is answered to the next posts; then 204. */
let answers: number[] = [];
let receiver: Server;
let system: TestSystem;

beforeAll(async () => {
  receiver = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text) => {
      body += text;
    });
    request.on("end", () => {
      posts.push({ headers: request.headers, body });
      response.writeHead(answers.shift() ?? 204).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  system = await startSystem({ env: { CRM: "salesforce", EVENTS_HOOK_URL: url, EVENTS_HOOK_SECRET: SECRET } });
});
beforeEach(async () => {
  await system.reset();
  posts.length = 0;
  answers = [];
});
afterAll(async () => {
  await system.stop();
  receiver.close();
});

const events = () => posts.map(({ body }) => JSON.parse(body));
const kinds = () => events().map(({ kind }) => kind);

describe("the events hook [I1]", () => {
  it("is posted what fails, what an operator does and what leaves the list, and nothing of a person", async () => {
    await system.post("bookings", somebodys(7, ada, tooLong));
    await eventually(() => expect(kinds()).toEqual(["failed"]));
    const [failed] = events();
    expect(failed).toMatchObject({ crm: "salesforce", purchaseIds: ["7"], causes: [{ code: "STRING_TOO_LONG" }] });
    expect(failed.causes[0].sentence).toContain("Next: ");
    await createAdminClient(system).post("/admin/failed/dismiss", {
      crm: "salesforce",
      purchase: "7",
      reason: "a test",
    });
    await eventually(() => expect(kinds().toSorted()).toEqual(["action", "failed", "off_the_list"]));
    const action = events().find(({ kind }) => kind === "action");
    expect(action).toMatchObject({ action: "dismiss", by: "admin", detail: "a test", purchaseIds: ["7"] });
    expect(posts.map(({ body }) => body).join()).not.toMatch(/lovelace|ada@example/i);
  });

  it("signs what it posts, with the time of the post", async () => {
    await system.post("bookings", somebodys(7, ada, tooLong));
    await eventually(() => expect(posts).toHaveLength(1));
    const [{ headers, body } = { headers: {}, body: "" }] = posts;
    const [, time = "", sum] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers["x-crm-sync-signature"])) ?? [];
    expect(Math.abs(Number(time) - Date.now() / 1000)).toBeLessThan(60);
    expect(sum).toBe(createHmac("sha256", SECRET).update(`${time}.${body}`).digest("hex"));
    expect(headers["x-crm-sync-event"]).toBe(JSON.parse(body).id);
  });

  it("is posted the same event again until it takes it, and no pass waits for that", async () => {
    answers = [500, 302, 404];
    await system.post("bookings", somebodys(7, ada, tooLong));
    await eventually(async () => expect(await system.failures("salesforce")).toHaveLength(1));
    await system.deliver("bookings", somebodys(8, ada));
    expect(system.sandbox.salesforce.records("Event")).toHaveLength(1);
    await eventually(() => expect(posts).toHaveLength(4));
    expect(new Set(events().map(({ id }) => id)).size).toBe(1);
  });
});
