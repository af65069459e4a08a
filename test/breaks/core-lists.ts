/** Breaks of links as a list: several to one record, and HubSpot's labels. */
import type { Break } from "../../bench/breaks-list.ts";

const SAVE = "connectors/hubspot/save.ts";
const LABELS = "connectors/hubspot/labels.ts";
const system = (only: string) => ["test/e2e/links-as-a-list.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "a label that goes with the plain association is not made again",
    file: "src/sync/links.ts",
    from: "one.via === link.via || isToSame(one, link)",
    to: "one.via === link.via",
    caughtBy: system("stay when the plain association beside them goes"),
    invariant: "L4",
  },
  {
    name: "labels are made again before the plain association, or another name of theirs, takes them away",
    file: SAVE,
    from: "const [after, before] = partition(links, (link) => gone.some(({ toObject }) => link.toObject === toObject));",
    to: "const [after, before] = partition(links, () => false);",
    caughtBy: system("two labels to one record stay when"),
    invariant: "L4",
  },
  {
    name: "the plain association beside a label stays with the former client",
    file: SAVE,
    from: "await deps.forgetPlain(object, saved.id, gone, links);",
    to: "",
    caughtBy: system("nothing of ours is left of the former"),
    invariant: "L1",
  },
  {
    name: "a label that a person made goes with the plain association",
    file: "connectors/hubspot/plain.ts",
    from: '!kinds.every(({ category, label }) => category === "HUBSPOT_DEFINED" && !label)',
    to: "kinds.length === 0",
    caughtBy: system("leave what a person made of the former client"),
    invariant: "L2",
  },
  {
    name: "two labels of a new record are given one after the other",
    file: SAVE,
    from: "[first, ...others].flatMap(({ types }) => types)",
    to: "first.types",
    caughtBy: system("are both made, in the call that makes the meeting"),
    invariant: "L4",
  },
  {
    name: "labels are looked up again for every booking",
    file: LABELS,
    from: "asked.set(key, { at: performance.now(), kinds: reading });",
    to: "",
    caughtBy: system("are looked up once"),
    invariant: "L4",
  },
  {
    name: "a label that there is not goes to HubSpot as no link at all",
    file: LABELS,
    from: "if (known === undefined) throw await unknownLabel(object, link);\n        made.push(known);",
    to: "if (known !== undefined) made.push(known);",
    caughtBy: system("a label that there is not is refused"),
    invariant: "L4",
  },
];
