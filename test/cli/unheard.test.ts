/** Commands into a pipe whose reader has had enough, as `head` has [E12]. */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { createSyncLog } from "../../src/synclog/sync-log.ts";
import { runCli, runLine } from "../support/cli.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system.stop());

/** @returns what came of it, on a line of its own after what the command complains of */
const unheard = async (command: string): Promise<string> =>
  (await runLine(`{ node src/cli.ts ${command}; echo "ended $?" >&2; } | true`, system.environment)).err;

it("does its work, and says by its exit code how that ended [E12]", async () => {
  expect(await unheard("pause --crm hubspot --reason 'a move'")).toBe("ended 0\n");
  expect((await runCli(["audit"], system.environment)).out).toContain("Paused a CRM: hubspot");
  expect(await unheard("show 404404")).toMatch(/ended 1\n$/);
});

it("ends an export that nobody reads any more [E12]", async () => {
  const { redis, keys } = system;
  const crms = Object.keys(system.queues);
  const ids = Array.from({ length: 3_000 }, (_, index) => `${1_000 + index}`);
  const at = new Date().toISOString();
  await createSyncLog({ redis, keys, crms, retentionDays: 30 }).recordAction(ids, {
    ...{ kind: "action", crm: "hubspot", at, by: "otto", action: "retry" },
  });
  await redis.zadd(keys.recent, ...ids.flatMap((id) => [Date.now(), id]));
  expect(await unheard("export --since 1h")).toBe("ended 0\n");
});
