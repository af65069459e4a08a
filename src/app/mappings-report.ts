/** What a process says about its mappings: in the log when they change, in readiness always. */
import type { Logger } from "pino";
import type { Check } from "../http/health.ts";
import type { LiveMappings, MappingsInForce } from "../mapping/live.ts";
import { formatProblem } from "../mapping/problems.ts";

export function logMappings(log: Pick<Logger, "info" | "error">): (now: MappingsInForce) => void {
  return ({ set, rejected }) => {
    if (rejected === undefined) {
      const versions = set.mappings.map(({ file, version }) => `${file} ${version}`);
      log.info({ versions }, "changed mappings are in force");
      return;
    }
    const problems = rejected.map(formatProblem);
    log.error({ problems }, "changed mappings are refused; the last good ones stay in force");
  };
}

/** A process with good mappings in force is ready, whatever somebody has saved since; the detail says so. */
export function createMappingsCheck(mappings: LiveMappings): Check {
  return async () => {
    const { set, loadedAt, rejected } = mappings.current();
    const inForce = set.mappings.map(({ file, version }) => `${file} ${version}`).join(", ");
    const [first] = rejected ?? [];
    const refused =
      first === undefined
        ? ""
        : `; what is on disk now is refused with ${rejected?.length} problem(s), the first at ` +
          `${first.file}:${first.line}:${first.column}: run \`crm-sync mapping check --offline\``;
    return { ok: true, detail: `${inForce} in force since ${loadedAt}${refused}` };
  };
}
