/** What else a person is known by: the addresses of the same client, those they had before among them. */
import { normalisedEmail } from "../../booking/people.ts";
import type { OperateDeps } from "../deps.ts";
import { formerAddresses, reached } from "./former-addresses.ts";
import { emailFinder } from "./mentions.ts";
import { emailsOf, idsWith, type Person, peopleOf, type Statement } from "./person.ts";
import { type Store, stateIn, storedCopies } from "./stored.ts";

/**
 * From the e-mails that were asked for to their clients, from the clients to all their e-mails, and no further: an e-mail that
 * several clients share must not join them all.
 */
export async function knownBy(deps: Store & Pick<OperateDeps, "mappings">, given: Person): Promise<Person> {
  const asked = { emails: new Set([...given.emails].map(normalisedEmail)), clientIds: given.clientIds };
  const joined = await formerAddresses(deps);
  const first = reached(asked.emails, joined);
  const said = await statements(deps, { emails: first, clientIds: asked.clientIds });
  const named = idsWith(asked.emails, said);
  // An address that nobody has any more leads to whoever has the one that took its place.
  const clientIds = asked.clientIds.union(named.size > 0 || asked.clientIds.size > 0 ? named : idsWith(first, said));
  const now = asked.emails.union(emailsOf(clientIds, await statements(deps, { emails: new Set(), clientIds })));
  const before = reached(now, joined).difference(now);
  const others = await namedAfterOthers(deps, before, clientIds);
  return { emails: now.union(before.difference(others)), clientIds };
}

/** Of the e-mails those that are some other client's, as what is kept says. */
async function namedAfterOthers(
  deps: Store,
  emails: ReadonlySet<string>,
  clientIds: ReadonlySet<string>,
): Promise<Set<string>> {
  const said = emails.size === 0 ? [] : await statements(deps, { emails, clientIds: new Set() });
  const others = said.filter(({ clientId }) => clientId !== undefined && !clientIds.has(clientId));
  return new Set(others.flatMap(({ email }) => email ?? []));
}

/** Who the purchases that mention the person say they are for. */
async function statements(deps: Store, person: Person): Promise<Statement[]> {
  const mentions = mentionFinder(person);
  const said = new Map<string, Statement>();
  for await (const copy of storedCopies(deps)) {
    const state = mentions(copy.text) ? stateIn(copy) : undefined;
    for (const named of state === undefined || state === "broken" ? [] : peopleOf(state))
      said.set(JSON.stringify(named), named);
  }
  return [...said.values()];
}

/** Cheap and too generous: whether it is worth reading a copy. */
export function mentionFinder(person: Person): (text: string) => boolean {
  const hasEmail = emailFinder(person);
  const ids = [...person.clientIds];
  return (text) => hasEmail(text) || ids.some((id) => text.includes(id));
}
