/**
 * `npm run sbom`: a CycloneDX list of the packages that are deployed, made from package-lock.json alone. npm makes the list;
 * its own `--omit=dev` leaves out whatever a tool of development needs as well, zod among them, so the choice is ours.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { listedAsDeployed } from "./deployed.mjs";

const cwd = fileURLToPath(new URL("..", import.meta.url));
const options = { cwd, encoding: "utf8", maxBuffer: 64 * 1_048_576 };
const whole = JSON.parse(execFileSync("npm", ["sbom", "--package-lock-only", "--sbom-format", "cyclonedx"], options));
const deployed = new Set(listedAsDeployed(cwd).map(({ name, version }) => `${name}@${version}`));
const { name } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const isOurs = (ref) => ref === whole.metadata.component["bom-ref"];
const list = {
  ...whole,
  // npm names it after the folder.
  metadata: { ...whole.metadata, component: { ...whole.metadata.component, name } },
  components: whole.components.filter((component) => deployed.has(component["bom-ref"])),
  dependencies: whole.dependencies
    .filter(({ ref }) => deployed.has(ref) || isOurs(ref))
    .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((other) => deployed.has(other)) })),
};
process.stdout.write(`${JSON.stringify(list, null, 2)}\n`);
