/** `npm run chaos`: 10,000 notifications over 2,000 purchases, 5 % faults, a worker killed again and again; prints the counts. */
import { parseArgs } from "node:util";
import { runChaos } from "./chaos-run.ts";

const { values } = parseArgs({
  options: {
    purchases: { type: "string", default: "2000" },
    each: { type: "string", default: "5" },
    faults: { type: "string", default: "0.05" },
    workers: { type: "string", default: "2" },
    "kill-web": { type: "boolean", default: false },
    "kill-redis": { type: "boolean", default: false },
  },
});

const report = await runChaos({
  purchases: Number(values.purchases),
  notificationsEach: Number(values.each),
  faults: Number(values.faults),
  workers: Number(values.workers),
  killWorkerAfterMs: 2_000,
  killWebAfterMs: values["kill-web"] ? 5_000 : undefined,
  killRedisAfterMs: values["kill-redis"] ? 10_000 : undefined,
  minKills: 5,
  postMs: 60 * 60_000,
  settleMs: 10 * 60_000,
  onProgress: (line) => process.stderr.write(`${line}\n`),
});
process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
const sound = Object.values(report.crms).every(
  ({ applied, superseded, failed, pending, missing, doubled, doubledContacts, wrong }) =>
    applied + superseded === report.accepted && failed + pending + missing + doubled + doubledContacts + wrong === 0,
);
process.stdout.write(sound ? "Nothing lost, nothing doubled.\n" : "NOT SOUND: see the counts above.\n");
process.exit(sound ? 0 : 1);
