/** E-mails that a record of a person had one after the other, which only the timelines still know. */
import { normalisedEmail } from "../../booking/people.ts";
import type { RecordEntry } from "../../synclog/entries.ts";
import type { OperateDeps } from "../deps.ts";
import { type Store, storedTimelines } from "./stored.ts";

/** An e-mail to those that stood in the same field of the same person's record, before or after it. */
export type Joined = ReadonlyMap<string, ReadonlySet<string>>;

const ADDRESS = /^[^\s@]{1,200}@[^\s@]{1,200}$/;

export async function formerAddresses(deps: Store & Pick<OperateDeps, "mappings">): Promise<Joined> {
  const sections = personSections(deps);
  const joined = new Map<string, Set<string>>();
  const join = (one: string, other: string): void => void joined.set(one, (joined.get(one) ?? new Set()).add(other));
  for await (const { crm, entry } of storedTimelines(deps)) {
    const records = entry?.kind === "pass" ? entry.records : [];
    for (const [from, to] of records
      .filter(({ section }) => sections.has(`${crm} ${section}`))
      .flatMap(changedEmails)) {
      join(from, to);
      join(to, from);
    }
  }
  return joined;
}

/** The e-mails with those that they lead to. */
export function reached(emails: ReadonlySet<string>, joined: Joined): Set<string> {
  const known = new Set(emails);
  // A set that grows while it is walked through is walked through to its end.
  for (const email of known) for (const other of joined.get(email) ?? []) known.add(other);
  return known;
}

/** What is kept of a booking may change hands, a person's record does not. */
function personSections({ mappings }: Pick<OperateDeps, "mappings">): Set<string> {
  const all = mappings.current().set.mappings;
  return new Set(
    all.flatMap(({ crm, sections }) =>
      sections.filter(({ per }) => per === "person" || per === "attendee").map(({ name }) => `${crm} ${name}`),
    ),
  );
}

function changedEmails({ changes }: RecordEntry): [from: string, to: string][] {
  return changes.flatMap(({ from, to }) => {
    const isEmail = typeof from === "string" && typeof to === "string" && ADDRESS.test(from) && ADDRESS.test(to);
    return isEmail ? [[normalisedEmail(from), normalisedEmail(to)]] : [];
  });
}
