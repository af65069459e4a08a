/**
 * What is deployed: our own files, and the packages that package-lock.json does not mark as only for development.
 * As a program it says how large that is, and ends with 1 where TypeScript is among it (Node runs our files as they are) or
 * where the packages are too large.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Our own folders and files that a running process reads. */
export const OWN = ["package.json", "connectors", "src", "mappings", "bin/crm-sync", "bin/start"];
const LARGEST = 10;
const MOST_BYTES = 120_000_000;

const UNWANTED = /^(typescript|@typescript\/.+)$/;

/** @returns the packages that `npm ci --omit=dev` installs, those of other platforms too, by folder, name and version */
export function listedAsDeployed(root) {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  return Object.entries(packages)
    .filter(([path, { dev }]) => path !== "" && !dev)
    .map(([path, { name, version }]) => ({ path, name: name ?? path.replace(/^.*node_modules\//, ""), version }));
}

/** @returns the folders of those that are here */
export function deployedPackages(root) {
  return listedAsDeployed(root)
    .map(({ path }) => path)
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
  const root = process.argv[2] ?? fileURLToPath(new URL("..", import.meta.url));
  const unwanted = listedAsDeployed(root).filter(({ name }) => UNWANTED.test(name));
  if (unwanted.length > 0) {
    const names = unwanted.map(({ name }) => name).join(", ");
    process.stderr.write(`For development only, and yet deployed: ${names}. Next: npm explain ${unwanted[0].name}\n`);
    process.exit(1);
  }
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
  if (total > MOST_BYTES) {
    process.stderr.write(
      `More than ${megabytes(MOST_BYTES)} of packages. Next: leave out, or for development, what is not run.\n`,
    );
    process.exitCode = 1;
  }
}

function megabytes(bytes) {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
