/** What a process says about its mappings: in the log when they change, in readiness always. */
import type { ConnectorLog } from "../../connectors/connector.ts";
import type { MappingsInForce } from "./live.ts";
import { formatProblem } from "./problems.ts";

export function logMappings(log: Pick<ConnectorLog, "info" | "error">): (now: MappingsInForce) => void {
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

/** Since when they are in force, and whether what is on disk now is refused. Anybody may read it, so it names no file. */
export function describeInForce({ loadedAt, rejected }: MappingsInForce): string {
  const refused =
    rejected === undefined
      ? ""
      : `; what is on disk now is refused with ${rejected.length} problem(s): the log and the overview say where`;
  return `in force since ${loadedAt}${refused}`;
}
