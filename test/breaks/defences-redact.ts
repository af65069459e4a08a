/** Breaks of what takes a person out of a CRM's words and out of payloads before they are logged, kept or shown. */
import type { Break } from "../../bench/breaks-list.ts";

const redact = (only: string) => ["test/connectors/redact.test.ts", only] as const;
const FILE = "connectors/redact.ts";

export const breaks: readonly Break[] = [
  {
    name: "names of one or two characters stay in a CRM's words",
    file: FILE,
    from: "value.length > 2 || /\\p{L}/u.test(value)",
    to: "value.length > 2",
    caughtBy: redact("two characters"),
    invariant: "E5",
  },
  {
    name: "a name in a script without blanks stays in a CRM's words",
    file: FILE,
    from: "(isPart && !anywhere ? value : instead)",
    to: "(isPart ? value : instead)",
    caughtBy: redact("in Chinese"),
    invariant: "E5",
  },
  {
    name: "a name whose accents a CRM takes apart stays in its words",
    file: FILE,
    from: 'words.normalize("NFC")',
    to: "words",
    caughtBy: redact("quoted taken apart"),
    invariant: "E5",
  },
  {
    name: "a name whose accents BookingBug takes apart stays in a CRM's words",
    file: FILE,
    from: 'value.normalize("NFC")',
    to: "value",
    caughtBy: redact("quoted put together"),
    invariant: "E5",
  },
  {
    name: "a number in other groups stays in a CRM's words",
    file: FILE,
    from: "  safe = safe.replace(NUMBER, (match) => fieldOfNumber(match, quoted) ?? match);\n",
    to: "",
    caughtBy: redact("number"),
    invariant: "E5",
  },
  {
    name: "a property's name that has a word of a person's is mangled in a CRM's words",
    file: FILE,
    from: "IN_A_WORD.test(left) || IN_A_WORD.test(right)",
    to: 'before === "" && after === ""',
    caughtBy: redact("keep"),
    invariant: "E5",
  },
  {
    name: "a payload shows whatever is called an id",
    file: "src/booking/mask.ts",
    from: "return ID.test(value);",
    to: "return true;",
    caughtBy: ["test/booking/mask.test.ts", "called an id"],
    invariant: "E5",
  },
  {
    name: "a payload shows its keys, whoever they name",
    file: "src/booking/mask.ts",
    from: "KEY.test(name) ? name : ",
    to: "name !== undefined ? name : ",
    caughtBy: ["test/booking/mask.test.ts", "a person in a key"],
    invariant: "E5",
  },
  {
    name: "short names stay in the words of a CRM that the timeline keeps",
    file: "src/booking/personal.ts",
    from: " || (isName && HAS_LETTER.test(run))",
    to: "",
    caughtBy: ["test/booking/personal.test.ts", "a name of two letters"],
    invariant: "E5",
  },
  {
    name: "a name in a script without blanks is not found in a sentence",
    file: "src/booking/personal.ts",
    from: "  /[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}]|",
    to: "  /",
    caughtBy: ["test/booking/personal.test.ts", "a Chinese name"],
    invariant: "E5",
  },
  {
    name: "a number that is written otherwise stays in the words that the timeline keeps",
    file: "src/booking/personal.ts",
    from: "theirNumbers.some((number) => isSame(number, match))",
    to: "theirNumbers.includes(match)",
    caughtBy: ["test/booking/personal.test.ts", "a number in odd groups"],
    invariant: "E5",
  },
];
