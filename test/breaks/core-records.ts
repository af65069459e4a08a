/** Breaks of which CRM record a booking is: adopted ones, and those that it had before. */
import type { Break } from "../../bench/breaks-list.ts";

const ADOPTABLE = "src/sync/adoptable.ts";
const RETIRE = "src/sync/retire-former.ts";
const RECORDS = "src/sync/booking-records.ts";
const lostTest = (only: string) => ["test/convergence/lost-former.test.ts", only] as const;
const formerTest = (only: string) => ["test/convergence/former-records.test.ts", only] as const;
const duplicatesTest = (only: string) => ["test/convergence/duplicates.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "words around an id that is blank are an id",
    file: "src/mapping/compile-identity.ts",
    from: "if (telling.length === 0) return compiled;",
    to: "if (telling.length >= 0) return compiled;",
    caughtBy: ["test/mapping/evaluate.test.ts", "takes what stands around an id for no id"],
    invariant: "P3",
  },
  {
    name: "people are recognised by what stands in for a blank",
    file: "src/mapping/evaluate.ts",
    from: "field === name && !standIns.has(source)",
    to: "field === name && (standIns.has(source) || true)",
    caughtBy: ["test/mapping/evaluate.test.ts", "recognises nobody by what stands in"],
    invariant: "P3",
  },
  {
    name: "another booking's record is adopted when it matches",
    file: ADOPTABLE,
    from: "return !isAPerson && ",
    to: "return false && ",
    caughtBy: formerTest("stay two records"),
    invariant: "B7",
  },
  {
    name: "whatever record the CRM names as in the way is adopted",
    file: "src/sync/establish-record.ts",
    from: " || !isMeant(task.plan, owner, error)",
    to: "",
    caughtBy: duplicatesTest("fails with the field and the record"),
    invariant: "B8",
  },
  {
    name: "a contact is adopted for a field that the mapping does not match by",
    file: ADOPTABLE,
    from: "error.fields.length === 0 ? shares.length > 0 : named.length > 0",
    to: "true",
    caughtBy: duplicatesTest("unless the mapping matches by it"),
    invariant: "B8",
  },
  {
    name: "a record of another object is taken for the booking's own",
    file: "src/sync/former-records.ts",
    from: "if (record.object !== object) return false;",
    to: "",
    caughtBy: formerTest("there and back"),
    invariant: "B6",
  },
  {
    name: "what was begun to be written to a former record is taken for the new one's",
    file: RECORDS,
    from: "for (const one of left) begun.delete(keyOf(one));",
    to: "",
    caughtBy: lostTest("never made"),
    invariant: "B6",
  },
  {
    name: "a former record that was made without an answer goes on saying that it is booked",
    file: RECORDS,
    from: "return [...former, ...perhaps];",
    to: "return former;",
    caughtBy: lostTest("made without an answer"),
    invariant: "B6",
  },
  {
    name: "a booking that comes back to an object is created there anew",
    file: RECORDS,
    from: "hadRecord.has(key)",
    to: "false",
    caughtBy: lostTest("there and back"),
    invariant: "B1",
  },
  {
    name: "a booking's former record goes on saying that it is booked",
    file: RETIRE,
    from: "may(former.bookingId) && (await isRetired(former, now))",
    to: "may(former.bookingId)",
    caughtBy: formerTest("there and back"),
    invariant: "B6",
  },
  {
    name: "a former record that no mapping can cancel is forgotten",
    file: "src/sync/cancelled-form.ts",
    from: "if (found.length === 0) return undefined;",
    to: "if (found.length < 2) return undefined;",
    caughtBy: formerTest("until a person has seen to it"),
    invariant: "B6",
  },
  {
    name: "a former record is reported again after somebody has dismissed it",
    file: "src/sync/ledger.ts",
    from: "await redis.del(keys.former(crm, purchaseId));",
    to: "await redis.exists(keys.former(crm, purchaseId));",
    caughtBy: formerTest("until a person has seen to it"),
    invariant: "B6",
  },
  {
    name: "known records do not get a changed external id",
    file: "src/sync/written-record.ts",
    from: "isStamped(plan, stamp) ? {} : identityOf(plan)",
    to: "{}",
    caughtBy: formerTest("known records get it"),
    invariant: "B6",
  },
  {
    name: "a pick takes the id of another person off the contact",
    file: "src/operate/pick.ts",
    from: "if (!isEmpty(borne) && borne !== value) return undefined;",
    to: "",
    caughtBy: ["test/convergence/picks.test.ts", "leaves the id"],
    invariant: "P5",
  },
  {
    name: "what a pick is about loses what was said of it last",
    file: "src/sync/shared-ledger.ts",
    from: "      await ledger.distrustRecord(value.object, value.id);",
    to: "      await redis.del(recordKey(value.object, value.id));",
    caughtBy: ["test/convergence/picks.test.ts"],
    invariant: "P2",
  },
];
