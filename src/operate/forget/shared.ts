/** Removes what is kept of a person among the records that many purchases share. */
import { personKey } from "../../mapping/persons-bookings.ts";
import type { RedisClient } from "../../redis/client.ts";
import { decompress } from "../../redis/compress.ts";
import type { Keys } from "../../redis/keys.ts";
import type { Pointer } from "../../sync/shared-ledger.ts";
import type { OperateDeps } from "../deps.ts";
import { emailFinder } from "./mentions.ts";
import type { Person } from "./person.ts";
import { type Store, values } from "./stored.ts";

interface SharedDeps extends Store, Pick<OperateDeps, "mappings"> {
  /** Only counts. */
  readonly dryRun: boolean;
}

/** @returns how many entries of people and their purchases there were */
export async function eraseShared(deps: SharedDeps, person: Person, purchaseIds: ReadonlySet<string>): Promise<number> {
  const { redis, keys, crms, dryRun } = deps;
  const hasEmail = emailFinder(person);
  const named = namedKeys(deps, person, purchaseIds);
  const entries = new Set<string>();
  const records = new Set<string>();
  const of = new Set<string>();
  for (const { crm } of crms) {
    const prefix = keys.sharedOf(crm);
    const sections = sectionsOf(deps, crm);
    for await (const [key, text] of texts(redis, prefix)) {
      const { object, id, stamp } = pointerIn(text);
      const isKnown = sections.some((section) => key.startsWith(`${prefix}${section}:`));
      // Where no mapping in force says by what an entry is named, as of a CRM that is configured no longer: by the id it bears.
      const bears = !isKnown && stamp !== undefined && person.clientIds.has(stamp.value);
      const isTheirs = named.has(key) || hasEmail(text) || bears;
      if (!isTheirs) continue;
      entries.add(key);
      records.add(keys.sharedRecord(crm, object, id));
      of.add(keys.recordOf(crm, object, id)).add(keys.sharersOf(crm, object, id));
    }
    for await (const [key, text] of texts(redis, keys.sharedRecordsOf(crm))) if (hasEmail(text)) records.add(key);
  }
  const theirs = [...entries, ...records, ...of, ...purchaseLists(keys, person)];
  if (!dryRun && theirs.length > 0) await redis.del(...theirs);
  return entries.size;
}

/** Sections whose entries are named by a person or a purchase. */
const KEPT_BY: ReadonlySet<string> = new Set(["person", "attendee", "purchase"]);
/** Which purchases are theirs, as mappings that read all their bookings have it noted. */
function purchaseLists(keys: Keys, { clientIds, emails }: Person): string[] {
  const people = [...[...clientIds].map((id) => ({ id })), ...[...emails].map((email) => ({ email }))];
  return people.map((one) => keys.purchasesOf(personKey(one)));
}

/** By the identity that a mapping gives them. */
function namedKeys({ keys, mappings }: SharedDeps, person: Person, purchaseIds: ReadonlySet<string>): Set<string> {
  const named = new Set<string>();
  for (const { crm, sections } of mappings.current().set.mappings) {
    for (const { name, per } of sections.filter(({ per }) => KEPT_BY.has(per))) {
      const identities = per === "purchase" ? purchaseIds : [...person.clientIds, ...person.emails];
      for (const identity of identities) named.add(keys.shared(crm, name, identity));
    }
  }
  return named;
}

function sectionsOf({ mappings }: SharedDeps, crm: string): string[] {
  const own = mappings.current().set.mappings.filter((mapping) => mapping.crm === crm);
  return own.flatMap(({ sections }) => sections.map(({ name }) => name));
}

async function* texts(redis: RedisClient, prefix: string): AsyncGenerator<readonly [key: string, text: string]> {
  for await (const [rest, packed] of values(redis, prefix)) yield [prefix + rest, decompress(packed)];
}

/** Which record a person is. */
function pointerIn(text: string): Pick<Pointer, "object" | "id" | "stamp"> {
  return JSON.parse(text) as Pick<Pointer, "object" | "id" | "stamp">;
}
