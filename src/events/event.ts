/** What a receiver of ours is told: what failed or waits for a person, what left that list, and what somebody did. Ids and words of ours and the CRM's; nothing that a person is known by. */
import { kindOfAll } from "../synclog/cause.ts";
import type { ActionEntry, FailureEntry } from "../synclog/entries.ts";

interface About {
  readonly crm: string;
  readonly purchaseIds: readonly string[];
}

export type OperatorEvent = About &
  (
    | { readonly kind: "failed" | "held"; readonly causes: readonly EventCause[] }
    /** It was mended, or dismissed. */
    | { readonly kind: "off_the_list" }
    | ({ readonly kind: "action" } & Pick<ActionEntry, "action" | "by" | "detail" | "job">)
  );

type EventCause = Pick<FailureEntry, "kind" | "code" | "object" | "sentence"> & { readonly hold?: string };

export function listedEvent(crm: string, purchaseId: string, failures: readonly FailureEntry[]): OperatorEvent {
  const kind = kindOfAll(failures);
  const causes = failures.map(({ kind: what, code, object, sentence, hold }) => ({
    kind: what,
    ...(code !== undefined && { code }),
    ...(object !== undefined && { object }),
    sentence,
    ...(hold !== undefined && { hold: hold.reason }),
  }));
  return { kind, crm, purchaseIds: [purchaseId], causes };
}

export function actionEvent(
  purchaseIds: readonly string[],
  { crm, action, by, detail, job }: ActionEntry,
): OperatorEvent {
  const more = { ...(detail !== undefined && { detail }), ...(job !== undefined && { job }) };
  return { kind: "action", crm, purchaseIds: [...purchaseIds], action, by, ...more };
}
