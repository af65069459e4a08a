/**
 * `npm run chaos`: 10,000 notifications over 2,000 purchases and 2,700 decisions about them, 5 % faults, a worker killed again
 * and again; prints the counts. `--kill-redis` and `--failover` kill Redis too: it comes back with its data, or a replica takes over.
 */
import { parseArgs } from "node:util";
import { isSound } from "./chaos-report.ts";
import { runChaos } from "./chaos-run.ts";

const { values } = parseArgs({
  options: {
    families: { type: "string", default: "667" },
    rounds: { type: "string", default: "5" },
    faults: { type: "string", default: "0.05" },
    workers: { type: "string", default: "2" },
    "kill-web": { type: "boolean", default: false },
    "kill-redis": { type: "boolean", default: false },
    fsync: { type: "string", default: "always" },
    failover: { type: "boolean", default: false },
    "lag-ms": { type: "string", default: "0" },
    "redis-after-ms": { type: "string", default: "10000" },
  },
});

const { fsync } = values;
if (fsync !== "always" && fsync !== "everysec") throw new TypeError("--fsync is always or everysec");
const killsRedis = values["kill-redis"] || values.failover;
const report = await runChaos({
  redis: values.failover ? { kind: "failover", fsync, lagMs: Number(values["lag-ms"]) } : { kind: "restart", fsync },
  families: Number(values.families),
  rounds: Number(values.rounds),
  faults: Number(values.faults),
  workers: Number(values.workers),
  killWorkerAfterMs: 2_000,
  killWebAfterMs: values["kill-web"] ? 5_000 : undefined,
  killRedisAfterMs: killsRedis ? Number(values["redis-after-ms"]) : undefined,
  minKills: 5,
  postMs: 60 * 60_000,
  settleMs: 10 * 60_000,
  onProgress: (line) => process.stderr.write(`${line}\n`),
});
process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
const isRight = Object.values(report.crms).every(isSound);
if (report.losses !== undefined) {
  const all = report.acknowledged + report.decided;
  process.stdout.write(`Of ${all} acknowledged, ${report.forgotten} were lost with Redis. `);
  process.stdout.write(
    isRight ? "Told again, all is right.\n" : "NOT SOUND although told again: see the counts above.\n",
  );
  process.exit(isRight ? 0 : 1);
}
const isCounted = Object.values(report.crms).every((crm) => crm.applied + crm.superseded === report.accepted);
const isSafe = isRight && isCounted && report.refused + report.forgotten === 0;
process.stdout.write(isSafe ? "Nothing lost, nothing doubled, nothing old.\n" : "NOT SOUND: see the counts above.\n");
process.exit(isSafe ? 0 : 1);
