/** Breaks of what lies beside a mapping: its tests, and the purchases recorded for them. */
import type { Break } from "../../bench/breaks-list.ts";

const beside = (only: string) => ["test/mapping/beside.test.ts", only] as const;
const jrni = (only: string) => ["test/mapping/jrni.test.ts", only] as const;
const standIns = (only: string) => ["test/privacy/stand-ins.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "a test of a mapping holds whatever is written",
    file: "src/operate/expected.ts",
    from: "if (actual === expected) return [];",
    to: "if (actual !== undefined) return [];",
    caughtBy: beside("says what differs"),
    invariant: "W8",
  },
  {
    name: "a test of a misspelt section holds",
    file: "src/operate/expected.ts",
    from: "if (known.includes(sectionIn(name, outcome))) return undefined;",
    to: "if (known.length > 0) return undefined;",
    caughtBy: beside("knows a misspelt one"),
    invariant: "W8",
  },
  {
    name: "a test with `match: exact` overlooks a field",
    file: "src/operate/expected.ts",
    from: "...(test.exact ? unnamed(test, outcome) : []),",
    to: "",
    caughtBy: beside("match: exact"),
    invariant: "W8",
  },
  {
    name: "a version whose mapping fails its tests is released",
    file: "src/operate/release-check.ts",
    from: "return { problems: failingIn(await testMappings(config.mappingsDir, mappings.current().set, crms)), notes: [] };",
    to: "return { problems: failingIn(await testMappings(config.mappingsDir, mappings.current().set, [])), notes: crms.slice(0, 0) };",
    caughtBy: ["test/operate/release-check.test.ts", "a mapping whose tests fail"],
    invariant: "W8",
  },
  {
    name: "a recorded test names the person",
    file: "src/booking/stand-ins.ts",
    from: "if (isOfPerson(place)) return standIns.text(kindOf(place), value);",
    to: 'if (isOfPerson(place) && place.key !== "last_name") return standIns.text(kindOf(place), value);',
    caughtBy: standIns("keeps the shape"),
    invariant: "E5",
  },
  {
    name: "a recorded test keeps the words in which a service names somebody",
    file: "src/booking/stand-ins.ts",
    from: "if (isWording(place)) return withoutPersonal(value, personal);",
    to: "if (isWording(place)) return value;",
    caughtBy: standIns("nothing of anybody in any shape"),
    invariant: "E5",
  },
  {
    name: "a recorded test keeps what BookingBug knows a person by",
    file: "src/booking/stand-ins.ts",
    from: "if (isTheirId(place)) return Number(standIns.id(String(value)));",
    to: "",
    caughtBy: standIns("whom the samples name"),
    invariant: "E5",
  },
  {
    name: "a line of JRNI's that has no equal is taken over all the same",
    file: "src/mapping/jrni/write.ts",
    from: 'return { kind: "none", why: error.problems.map(({ message }) => message).join("; ") };',
    to: "return converted;",
    caughtBy: jrni("becomes a file that is in order"),
    invariant: "W8",
  },
  {
    name: "what is not understood of JRNI's mapping is dropped in silence",
    file: "src/mapping/jrni/write.ts",
    from: 'if (converted.kind === "none") return [',
    to: 'if (converted.kind === "none") return [].concat() || [',
    caughtBy: jrni("loses no field"),
    invariant: "W8",
  },
];
