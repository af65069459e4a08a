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

/** Which versions are in force since when, and whether what is on disk now is refused. */
export function describeInForce({ set, loadedAt, rejected }: MappingsInForce): string {
  const inForce = set.mappings.map(({ file, version }) => `${file} ${version}`).join(", ");
  const [first] = rejected ?? [];
  const refused =
    first === undefined
      ? ""
      : `; what is on disk now is refused with ${rejected?.length} problem(s), the first at ` +
        `${first.file}:${first.line}:${first.column}: run \`crm-sync mapping check --offline\``;
  return `${inForce} in force since ${loadedAt}${refused}`;
}
