/**
 * Ends with 0 when node_modules holds what package-lock.json lists, else with 1. Plain JavaScript: it runs before
 * anything is installed, on whatever Node the machine has.
 */
import { readFileSync } from "node:fs";

process.exit(isCurrent() ? 0 : 1);

function isCurrent() {
  const wanted = packages("package-lock.json");
  const present = packages("node_modules/.package-lock.json");
  if (wanted === undefined || present === undefined) return false;
  return Object.entries(wanted).every(([path, { version, optional, integrity }]) => {
    if (path === "") return true;
    const found = present[path];
    // Optional packages are those of other platforms too.
    if (found === undefined) return optional === true;
    return found.version === version && found.integrity === integrity;
  });
}

function packages(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages;
  } catch {
    return undefined;
  }
}
