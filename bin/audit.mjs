/**
 * Asks the registry for known weaknesses of the packages that are deployed. Ends with 1 for a high or critical one. A
 * registry that cannot be asked is said and does not fail: it says nothing about the packages.
 */
import { spawnSync } from "node:child_process";

const REFUSED = ["high", "critical"];
const { stdout } = spawnSync("npm", ["audit", "--omit=dev", "--json", "--fetch-timeout=20000", "--fetch-retries=1"], {
  encoding: "utf8",
});
const report = parse(stdout);
if (report?.metadata?.vulnerabilities === undefined) {
  process.stdout.write("The registry's audit could not be reached; nothing was checked.\n");
} else {
  const found = Object.values(report.vulnerabilities ?? {});
  for (const { name, severity, range, fixAvailable } of found) {
    process.stdout.write(`${severity}: ${name} ${range}${fixAvailable ? ", mended by npm audit fix" : ""}\n`);
  }
  if (found.length === 0) process.stdout.write("No known weakness in the packages that are deployed.\n");
  process.exitCode = found.some(({ severity }) => REFUSED.includes(severity)) ? 1 : 0;
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
