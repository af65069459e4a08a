/** Breaks of the people whom a booking is for. */
import type { Break } from "../../bench/breaks-list.ts";

const system = (only: string) => ["test/e2e/attendees.test.ts", only] as const;
const plan = (only: string) => ["test/mapping/attendees.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "a child is taken for the parent whose e-mail it has",
    file: "src/mapping/attendees.ts",
    from: "const others = everybody.filter((other) => isSomebodyElse(person, other));",
    to: "const others = everybody.filter((other) => isSomebodyElse(person, other) && other === person);",
    caughtBy: system("does not take a child for the parent"),
    invariant: "P10",
  },
  {
    name: "a client and an attendee are decided about under different locks",
    file: "src/mapping/compile.ts",
    from: 'alike: file.per === "attendee" ? alikeOf(objects, name, file) : [],',
    to: "alike: [],",
    caughtBy: plan("plans one record for each"),
    invariant: "P10",
  },
  {
    name: "another name under the client's id is the client",
    file: "src/booking/attendees.ts",
    from: "return namesDiffer(person, client) ? [person] : [];",
    to: "return [];",
    caughtBy: plan("under the client's id"),
    invariant: "P10",
  },
  {
    name: "only the first of the links of a record is made",
    file: "src/sync/pass-work.ts",
    from: "return [...new Map(links.map((link) => [linkKey(link), link])).values()];",
    to: "return links.slice(0, 1);",
    caughtBy: system("makes a contact of each"),
    invariant: "P10",
  },
  {
    name: "somebody is made of whom nothing but an id is known",
    file: "src/mapping/evaluate.ts",
    from: 'create: isOnlyAnId(context.attendee) ? "never" : section.create,',
    to: "create: section.create,",
    caughtBy: system("children whom the settings list"),
    invariant: "P10",
  },
  {
    name: "attendees are gone once another shape says nothing of them",
    file: "src/booking/shapes.ts",
    from: "return PUBLIC_ONLY.has(key) || JRNI_ONLY.has(key);",
    to: "return PUBLIC_ONLY.has(key);",
    caughtBy: system("says nothing of them"),
    invariant: "P10",
  },
  {
    name: "a booking's attendees are linked as one",
    file: "src/mapping/evaluate.ts",
    from: "if (perAttendee) return attendeesIn(context).map(",
    to: "if (perAttendee) return attendeesIn(context).slice(0, 1).map(",
    caughtBy: system("are at the meeting"),
    invariant: "P10",
  },
  {
    name: "guests whom a person invited are sent away with ours",
    file: "connectors/salesforce/guests.ts",
    from: "leaving.some(({ toId }) => isSame(toId, personId))",
    to: "leaving.length > 0 && personId !== ''",
    caughtBy: system("whom a person invited"),
    invariant: "L2",
  },
  {
    name: "who is at the event already is invited again",
    file: "connectors/salesforce/guests.ts",
    from: "return isWith || there.some((guest) => isSame(guest.personId, personId));",
    to: "return isWith && there.length > 0;",
    caughtBy: system("are invited once"),
    invariant: "P10",
  },
];
