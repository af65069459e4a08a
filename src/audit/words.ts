/** The audit trail in words, for pages and commands alike. */
import type { Audited } from "./audited.ts";
import type { Concerned, Outcome } from "./line.ts";

export const AUDITED_WORDS: Readonly<Record<Audited, string>> = {
  decide: "Decided a held booking",
  take_back: "Took a decision back",
  pick: "Picked a record",
  retry: "Retried",
  run_again: "Ran a purchase again",
  dismiss: "Dismissed",
  seen: "Saw a cause",
  pause: "Paused a CRM",
  resume: "Resumed a CRM",
  read_quarantined_again: "Read the quarantine again",
  discard_quarantined: "Discarded a delivery",
  download_quarantined: "Downloaded a delivery",
  show_payload: "Looked at a payload",
  search: "Searched",
  try_mapping: "Tried a mapping",
  queue_action: "Pressed a button of the queues",
  replay: "Replayed",
  reconcile: "Compared with BookingBug",
  show_drift: "Looked at what people typed in a CRM",
  repair_drift: "Had edits in a CRM written over, as the mapping says",
  decide_drift: "Said whose a field is that was edited in a CRM",
  import: "Imported from BookingBug",
  undo: "Undid what passes wrote",
  forget: "Had a person forgotten",
  lift: "Let a forgotten person be taken again",
  provision: "Created fields in a CRM",
  start_job: "Started a job",
  stop_job: "Stopped a job",
  acknowledge: "Acknowledged an alert",
  accept_schema: "Accepted what changed in a CRM",
  export: "Exported the history with personal data",
  sign_in_refused: "Was kept out after wrong passwords",
  sign_in: "Signed in",
  no_role: "Signed in at the provider and has no role here",
  sign_out: "Signed out",
};

export const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = {
  done: "Done",
  refused: "Refused",
  failed: "Failed",
};

const BY_WORDS = { id: "by an id", name: "by name", email: "by e-mail", phone: "by telephone number" } as const;

/** On what, in a few words each; the purchase aside, which a page links to. */
export function concernedWords(on: Concerned): string[] {
  const { crm, booking, delivery, record, hold, answer, cause, button, by, words } = on;
  return [
    crm,
    booking && `booking ${booking}`,
    hold && `question ${hold}`,
    answer,
    record && `record ${record}`,
    delivery && `delivery ${delivery}`,
    cause && `cause ${cause}`,
    on.alert && `alert ${on.alert}`,
    button,
    on.action?.replace("_", " "),
    on.filter,
    on.job && `job ${on.job}`,
    by && BY_WORDS[by],
    words && `words ${words}`,
    counted(on.purchases, "purchase", "purchases"),
    counted(on.deliveries, "delivery", "deliveries"),
    counted(on.records, "record", "records"),
    counted(on.steps, "step", "steps"),
    on.found !== undefined && `${on.found} found`,
  ].filter((one): one is string => typeof one === "string" && one !== "");
}

function counted(count: number | undefined, one: string, many: string): string | undefined {
  return count === undefined ? undefined : `${count} ${count === 1 ? one : many}`;
}
