/** Who may only look: every page, nothing of a person on any, and no button that does anything [U3]. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { routes } from "../../src/admin/routes.ts";
import { twoBookings } from "../support/payloads.ts";
import { createBrowser, PASSWORDS, type SomeBrowser, tokenIn, veraAndOtto } from "../support/people.ts";
import { playScenes } from "../support/scenes.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
let vera: SomeBrowser;
let otto: SomeBrowser;
let gets: string[];
let posts: string[];

beforeAll(async () => {
  system = await startSystem({ env: { ADMIN_USERS: await veraAndOtto() } });
  await playScenes(system);
  [vera, otto] = [createBrowser(system.url), createBrowser(system.url)];
  await vera.signIn("vera", PASSWORDS.vera);
  await otto.signIn("otto", PASSWORDS.otto);
  const failed = (await otto.get("/admin/failed")).html + (await otto.get("/admin/held")).html;
  const deliveries = (await otto.get("/admin/quarantine")).html;
  const asked = { action: "retry", crm: "salesforce" };
  const token = tokenIn((await otto.get("/admin/bookings")).html);
  const started = (await otto.post("/admin/jobs", { token, ...asked })).location ?? "";
  const values: Record<string, string[]> = {
    version: [/mappings\/history\/(\w+)/.exec((await otto.get("/admin/bookings/1000")).html)?.[1] ?? ""],
    job: [/jobs\/([\w-]+)/.exec(started)?.[1] ?? ""],
    purchaseId: ["1000", "1003", "2001", "3001", String(twoBookings().id)],
    crm: Object.keys(system.queues),
    cause: [...new Set([...failed.matchAll(/href="\/admin\/failed\/\w+\/([^"?]+)"/g)].map(([, id = ""]) => id))],
    deliveryId: [...new Set([...deliveries.matchAll(/quarantine\/([\w-]+)\/download/g)].map(([, id = ""]) => id))],
  };
  const filled = (method: string): string[] =>
    routes.filter((route) => route.method === method).flatMap(({ path }) => fill(`/admin${path}`, values));
  const newJob = `/admin/jobs/new?${new URLSearchParams(asked)}`;
  gets = filled("get")
    .filter((path) => !path.endsWith("/download"))
    .map((path) => (path === "/admin/jobs/new" ? newJob : path));
  posts = [...filled("post").filter((path) => path !== "/admin/bookings/search")];
  posts.push(...filled("get").filter((path) => path.endsWith("/download")));
});
afterAll(() => system.stop());

/** The path with each value in the place of each of its parameters. */
function fill(path: string, values: Readonly<Record<string, readonly string[]>>): string[] {
  const [parameter, name = ""] = /:(\w+)/.exec(path) ?? [];
  if (parameter === undefined) return [path];
  const known = values[name] ?? [];
  expect([name, known.length > 0]).toEqual([name, true]);
  return known.flatMap((value) => fill(path.replace(parameter, value), values));
}

/** Names and addresses of everybody in the scenes, as the pages write them. */
const WORDS = [
  "Lovelace",
  "Silva",
  "Hopper",
  "O&#39;Brien",
  "Brontë",
  "Sato",
  "Jane",
  "Doe-Smith",
  "@example",
  "0207 946",
];
const found = (html: string): string[] => WORDS.filter((word) => html.includes(word));

describe("a viewer", () => {
  it("sees every page that is no download, and on none anybody's name or address", async () => {
    const seen = await Promise.all(gets.map(async (path) => ({ path, page: await vera.get(path) })));
    expect(seen.filter(({ page }) => page.status !== 200).map(({ path, page }) => [path, page.status])).toEqual([]);
    expect(seen.flatMap(({ path, page }) => found(page.html).map((word) => [path, word]))).toEqual([]);
    expect(seen.length).toBeGreaterThan(20);
  }, 60_000);

  it("would be shown them as an operator", async () => {
    const shown = await Promise.all(gets.map(async (path) => found((await otto.get(path)).html)));

    expect(new Set(shown.flat())).toEqual(new Set(WORDS));
  }, 60_000);

  it("has no form but the search and the way out", async () => {
    for (const path of gets) {
      const { html } = await vera.get(path);
      const actions = [...html.matchAll(/<form[^>]*method="post"[^>]*>/g)].map(
        ([form]) => /action="([^"]*)"/.exec(form)?.[1],
      );
      expect([path, actions.filter((action) => action !== "/admin/bookings/search")]).toEqual([
        path,
        ["/admin/sign-out"],
      ]);
      expect([path, html.includes("formaction"), html.includes("/download")]).toEqual([path, false, false]);
      expect([path, html.includes('href="/admin/jobs/new')]).toEqual([path, false]);
    }
  }, 60_000);

  it("is refused every other button and download, by a page that says who to ask, and the trail has it", async () => {
    const token = tokenIn((await vera.get("/admin/bookings")).html);
    for (const path of posts) {
      const isGet = path.endsWith("/download") && path.includes("/quarantine/");
      const answer = await (isGet ? vera.get(path) : vera.post(path, { token, crm: "salesforce", reason: "why" }));
      expect([path, answer.status]).toEqual([path, 403]);
      expect(answer.text).toContain("You are signed in as vera, who may look and change nothing. Ask an operator");
    }
    const lines = await system.redis.xrange(system.keys.audit("actions"), "-", "+");
    const refused = lines.map(([, [, line = ""]]) => JSON.parse(line)).filter(({ outcome }) => outcome === "refused");
    expect(new Set(refused.map(({ who }) => who))).toEqual(new Set(["vera"]));
    expect(refused.map(({ what }) => what)).toEqual(
      expect.arrayContaining(["retry", "dismiss", "show_payload", "pick"]),
    );
  }, 60_000);

  it("searches, and sees of whom it finds no more than elsewhere", async () => {
    const token = tokenIn((await vera.get("/admin/bookings")).html);
    const search = (q: string) => vera.post("/admin/bookings/search", { token, q });
    expect((await search("lovelace")).location).toBe("/admin/bookings/1000");
    const several = await search("o'brien");
    expect([several.status, found(several.html.replaceAll(/value="[^"]*"/g, ""))]).toEqual([200, []]);
    expect(several.text).toContain("Name not shown");
  });

  it("does not get to the queues, and an operator does", async () => {
    for (const path of ["/admin/queues/", "/admin/queues/api/queues"]) {
      expect([(await vera.get(path)).status, (await otto.get(path)).status]).toEqual([403, 200]);
    }
    expect((await vera.get("/admin")).html).not.toContain("/admin/queues");
    expect((await otto.get("/admin")).html).toContain("/admin/queues");
  });

  it("stands in the timeline and the trail by name where an operator did something", async () => {
    const token = tokenIn((await otto.get("/admin/bookings")).html);
    await otto.post("/admin/bookings/1001/run-again", { token });
    expect((await vera.get("/admin/bookings/1001")).text).toContain("otto ran it again");
    expect((await otto.get("/admin/audit?who=otto&what=run_again")).text).toContain("otto");
  });
});
