/** bull-board is for looking, and for the buttons that the documents name: no job is made or changed by hand [S11]. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { ADMIN, basic } from "../support/environment.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;

beforeAll(async () => {
  system = await startSystem();
});
beforeEach(() => system.reset());
afterAll(() => system.stop());

const QUEUE = "sync-salesforce";
const DATA = { purchaseId: "1" };

async function queue() {
  const found = system.queues.salesforce;
  if (found === undefined) throw new Error("no such queue");
  return found;
}

/** One that no worker takes up. */
async function waitingJob() {
  const job = await (await queue()).add("bring-up-to-date", DATA, { delay: 3_600_000, jobId: "waiting-1" });
  return job.id ?? "";
}

async function press(method: string, path: string, body: unknown = {}): Promise<number> {
  const response = await fetch(`${system.url}/admin/queues/api/queues/${path}`, {
    method,
    headers: { authorization: basic(ADMIN), "sec-fetch-site": "same-origin", "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  await response.text();
  return response.status;
}

describe("the queues' own page [S11]", () => {
  it.each([
    ["POST", "add", { name: "x", data: { purchaseId: "evil" }, options: {} }],
    ["PATCH", "waiting-1/update-data", { jobData: { purchaseId: "evil" } }],
    ["PATCH", "waiting-1/delay", { delay: 1 }],
    ["PATCH", "waiting-1/priority", { priority: 1 }],
    ["PUT", "concurrency", { concurrency: 1 }],
    ["PUT", "rate-limit", { max: 1, duration: 1_000 }],
    ["PUT", "rate-limit/release", {}],
    ["PUT", "empty", {}],
    ["PUT", "obliterate", {}],
    ["PUT", "waiting-1/remove-unprocessed-children", {}],
    ["PUT", "job-schedulers/x/run", {}],
    ["PATCH", "job-schedulers/x", {}],
    ["PUT", "PAUSE", {}],
    ["DELETE", "waiting-1", {}],
  ])("does not do %s %s", async (method, path, body) => {
    const id = await waitingJob();
    expect(await press(method, `${QUEUE}/${path}`, body)).toBe(403);
    const jobs = await (await queue()).getJobs(["delayed", "waiting", "prioritized", "active", "completed", "failed"]);
    expect(jobs.map((job) => [job.id, job.data])).toEqual([[id, DATA]]);
    expect(await (await queue()).isPaused()).toBe(false);
  });

  it("pauses, resumes, promotes and removes", async () => {
    const id = await waitingJob();
    expect(await press("PUT", `${QUEUE}/pause`)).toBe(200);
    expect(await (await queue()).isPaused()).toBe(true);
    expect(await press("PUT", `${QUEUE}/${id}/promote`)).toBeLessThan(300);
    expect(await (await queue()).getJobState(id)).not.toBe("delayed");
    expect(await press("PUT", `${QUEUE}/${id}/clean`)).toBeLessThan(300);
    expect(await (await queue()).getJob(id)).toBeUndefined();
    expect(await press("PUT", "resume")).toBe(200);
    expect(await (await queue()).isPaused()).toBe(false);
  });

  it("retries one and all", async () => {
    expect(await press("PUT", `${QUEUE}/retry/failed`)).toBe(200);
    expect(await press("PUT", `${QUEUE}/no-such-job/retry`)).toBe(404);
  });
});
