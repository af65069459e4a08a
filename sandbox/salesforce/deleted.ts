/** "Get Deleted": ids of what was deleted in a time, of which the seconds do not count. */
import { count, type SandboxAnswer, type SandboxStats } from "../crm.ts";
import { failure } from "./answers.ts";
import type { SalesforceSandboxOptions } from "./options.ts";
import type { Org } from "./rows.ts";

const MINUTE_MS = 60_000;
const KEPT_MS = 15 * 24 * 60 * MINUTE_MS;

interface Asked {
  readonly org: Org;
  readonly options: SalesforceSandboxOptions;
  readonly stats: SandboxStats;
}

export function deleted({ org, options, stats }: Asked, object: string, query: URLSearchParams): SandboxAnswer {
  count(stats, "deleted");
  if (options.notReplicated?.includes(object)) {
    return failure(400, "INVALID_TYPE_FOR_OPERATION", `entity type ${object} does not support replication`);
  }
  const now = Date.now();
  const [start, end] = ["start", "end"].map((name) => wholeMinute(Date.parse(query.get(name) ?? "")));
  const fits = start !== undefined && end !== undefined && end - start >= MINUTE_MS;
  if (!fits || start < now - KEPT_MS || end > now) {
    stats.violations.push(`deletions from ${query.get("start")} to ${query.get("end")}`);
    return failure(
      400,
      "INVALID_REPLICATION_DATE",
      "the start must be a minute before the end, and 15 days ago at most",
    );
  }
  const isWithin = (at: Date | undefined): boolean => at !== undefined && at.getTime() >= start && at.getTime() < end;
  const gone = (org.table(object)?.everything() ?? []).filter((record) => record.deleted && isWithin(record.deletedAt));
  const earliest = now - (options.deletionsKeptMs ?? KEPT_MS);
  return {
    status: 200,
    body: {
      deletedRecords: gone.map(({ id, deletedAt }) => ({ id, deletedDate: written(deletedAt?.getTime() ?? now) })),
      earliestDateAvailable: written(earliest),
      latestDateCovered: written(end),
    },
  };
}

function wholeMinute(time: number): number {
  return Math.floor(time / MINUTE_MS) * MINUTE_MS;
}

function written(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}.000+0000`;
}
