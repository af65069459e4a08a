/** Prints `N passed, N failed[, N skipped]` from jest's own JSON; ends with 1 unless tests ran and all passed. */
import { readFileSync } from "node:fs";

const file = process.argv[2] ?? "";
let result;
try {
  result = JSON.parse(readFileSync(file, "utf8"));
} catch {
  process.stdout.write("jest wrote no result: it crashed, see above\n0 passed, 1 failed\n");
  process.exit(1);
}
const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numRuntimeErrorTestSuites } = result;
const failed = numFailedTests + numRuntimeErrorTestSuites;
const skipped = numPendingTests + numTodoTests;
process.stdout.write(`${numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}\n`);
process.exit(failed === 0 && numPassedTests > 0 && result.success ? 0 : 1);
