/** Jobs on many in words, for pages and commands alike. */
import { type BulkRequest, filterWords, isUpTo, unitOf } from "./request.ts";
import { type Bulk, type LeftOut, overOf } from "./store.ts";

export const ACTION_WORDS: Readonly<Record<BulkRequest["action"], string>> = {
  retry: "Retry",
  dismiss: "Dismiss",
  decide: "Decide",
  run_again: "Run again",
  read_again: "Read the quarantine again",
  repair_drift: "Repair",
  impact: "Impact of a mapping on",
};

const LEFT_OUT_WORDS: Readonly<Record<LeftOut, string>> = {
  settled: "mended, dismissed or heard of meanwhile",
  not_meant: "not of what was asked for",
  changed: "changed since it was planned",
  other_format: "in another webhook's format",
};

export function bulkTitle({ request }: Pick<Bulk, "request">): string {
  return `${ACTION_WORDS[request.action]}: ${filterWords(request).join(", ")}`;
}

function counted(count: number, request: BulkRequest): string {
  const one = unitOf(request);
  return `${count} ${count === 1 ? one : MANY[one]}`;
}

const MANY: Readonly<Record<ReturnType<typeof unitOf>, string>> = {
  purchase: "purchases",
  delivery: "deliveries",
  record: "records",
};

/** "up to 12 purchases" */
export function totalWords({ request, total }: Pick<Bulk, "request" | "total">): string {
  return `${isUpTo(request) ? "up to " : ""}${counted(total, request)}`;
}

export type State = "waiting" | "running" | "stopping" | "stopped" | "done" | "broke_off";

export function stateOf({ begun, stop, end }: Pick<Bulk, "begun" | "stop" | "end">): State {
  if (end !== undefined) return end.how;
  if (stop !== undefined) return "stopping";
  return begun ? "running" : "waiting";
}

export const STATE_WORDS: Readonly<Record<State, string>> = {
  waiting: "Waits for its turn",
  running: "Under way",
  stopping: "Stopping",
  stopped: "Stopped",
  done: "Done",
  broke_off: "Broke off",
};

/** How many of what: each line where there is one. */
export function outcomeLines({ request, total, progress, end }: Bulk): string[] {
  const { done, failed, inHand } = progress;
  const left = total - overOf({ progress }) - inHand.length;
  if (request.action === "impact") return [`${done} looked at`, ...brokeOffLines({ end })];
  const failedWords = request.action === "read_again" ? "still cannot be read" : "failed or held again";
  return [
    `${done} done`,
    failed > 0 && `${failed} ${failedWords}`,
    ...leftOutLines({ progress }),
    inHand.length > 0 && `${inHand.length} in the queues, behind whatever is live`,
    end?.how === "stopped" && left > 0 && `${left} not begun`,
    ...brokeOffLines({ end }),
  ].filter((line): line is string => typeof line === "string");
}

function brokeOffLines({ end }: Pick<Bulk, "end">): string[] {
  if (end?.why === undefined) return [];
  return [`It broke off (${end.why}): look into the worker's log, then start it again.`];
}

export function leftOutLines({ progress: { leftOut } }: Pick<Bulk, "progress">): string[] {
  return (Object.keys(LEFT_OUT_WORDS) as LeftOut[]).flatMap((why) =>
    leftOut[why] > 0 ? [`${leftOut[why]} left out: ${LEFT_OUT_WORDS[why]}`] : [],
  );
}
