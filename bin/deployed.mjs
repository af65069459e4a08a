/**
 * What is deployed: our own files, and the packages that package-lock.json does not mark as only for development.
 * As a program it says how large that is.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Our own folders and files that a running process reads. */
export const OWN = ["package.json", "connectors", "src", "mappings"];
const LARGEST = 5;

/** @returns the folders of the packages that `npm ci --omit=dev` installs, as far as they are here */
export function deployedPackages(root) {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  return Object.entries(packages)
    .filter(([path, { dev }]) => path !== "" && !dev)
    .map(([path]) => path)
    .filter((path) => statSync(join(root, path), { throwIfNoEntry: false }) !== undefined);
}

/** Bytes of a file or folder, without the packages nested in it: they are listed by themselves. */
export function sizeOf(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.size;
  const inside = readdirSync(path).filter((name) => name !== "node_modules");
  return inside.reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const own = OWN.reduce((sum, name) => sum + sizeOf(join(root, name)), 0);
  const packages = deployedPackages(root).map((path) => [
    path.replace(/^.*node_modules\//, ""),
    sizeOf(join(root, path)),
  ]);
  const total = packages.reduce((sum, [, size]) => sum + size, 0);
  const largest = packages.toSorted((a, b) => b[1] - a[1]).slice(0, LARGEST);
  const list = largest.map(([name, size]) => `${name} ${megabytes(size)}`).join(", ");
  process.stdout.write(
    `${megabytes(own)} of our own, ${megabytes(total)} in ${packages.length} packages (the largest: ${list})\n`,
  );
}

function megabytes(bytes) {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
