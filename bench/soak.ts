/**
 * `npm run test:soak -- --minutes N`: the model-based test with new seeds until the time is up; stops at the first failure.
 * `-- --cases 2000 --minutes 0` is one run of so many; `--seed N` repeats one.
 */
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    cases: { type: "string", default: "400" },
    seed: { type: "string" },
  },
});
const until = Date.now() + Number(values.minutes) * 60_000;
let rounds = 0;
do {
  const start = Date.now();
  const seed = values.seed ?? String(start % 1_000_000_000);
  process.stdout.write(`round ${rounds + 1}: ${values.cases} cases, seed ${seed}\n`);
  const env = { ...process.env, MODEL_CASES: values.cases, TEST_SEED: seed };
  const { status } = spawnSync("npm", ["test", "--silent", "--", "test/model"], { stdio: "inherit", env });
  const seconds = Math.round((Date.now() - start) / 1000);
  process.stdout.write(`${values.cases} cases, seed ${seed}: ${seconds} s, ${status === 0 ? "equal" : "FAILED"}\n`);
  if (status !== 0) process.exit(1);
  rounds += 1;
} while (Date.now() < until && values.seed === undefined);
process.stdout.write(`${rounds * Number(values.cases)} cases, all equal to the model\n`);
