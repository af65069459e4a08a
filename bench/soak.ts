/** `npm run test:soak -- --minutes N`: the model-based test with new seeds until the time is up; stops at the first failure. */
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: { minutes: { type: "string", default: "10" }, cases: { type: "string", default: "400" } },
});
const until = Date.now() + Number(values.minutes) * 60_000;
let rounds = 0;
while (Date.now() < until) {
  const seed = String(Date.now() % 1_000_000_000);
  process.stdout.write(`round ${rounds + 1}: ${values.cases} cases, seed ${seed}\n`);
  const env = { ...process.env, MODEL_CASES: values.cases, TEST_SEED: seed };
  const { status } = spawnSync("npm", ["test", "--silent", "--", "test/model"], { stdio: "inherit", env });
  if (status !== 0) process.exit(1);
  rounds += 1;
}
process.stdout.write(`${rounds * Number(values.cases)} cases in ${values.minutes} minutes, all equal to the model\n`);
