/** Whatever an admin (or somebody who got hold of the file) writes, a booking is not held up by it [E4]. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { MappingContext } from "../../src/mapping/context.ts";
import { planBooking } from "../../src/mapping/evaluate.ts";
import { parseMapping } from "../../src/mapping/parse.ts";
import { MappingError, MappingFileError, SlowMappingError } from "../../src/mapping/problems.ts";

const context: MappingContext = {
  purchase: { id: 1 },
  client: {},
  member: {},
  company: {},
  companyIds: [],
  orders: { person: 1, company: 1, purchase: 1 },
  answers: Array.from({ length: 500 }, (_, n) => ({ question_id: n, question_text: `Question ${n}`, value: "x" })),
  staff_answers: [],
  booking: { id: 9, full_describe: "Visit" },
  change: { kind: "created", at: "2026-11-24T10:00:00Z", cancelled: false, rescheduled: false, reschedule_count: 0 },
};

const fileWith = (fields: Readonly<Record<string, string>>): string => `crm: x
objects:
  appointment:
    object: Event
    per: booking
    external_id: { Key: booking.id }
    fields: ${JSON.stringify(fields)}
`;

function attack(expression: string): unknown {
  try {
    return planBooking(parseMapping(fileWith({ Subject: expression }), "x.yaml"), context);
  } catch (error) {
    return error;
  }
}

const realNow = performance.now.bind(performance);
/**
 * Runs slower than any machine, so that which limit is met first is a matter of the work. Not a spy: the limits on time
 * look at the clock a million times.
 */
const slowClock = (): number => realNow() / 8;

/** Goes on by two microseconds each time that it is looked at, whatever the machine does meanwhile. */
function countingClock(): () => number {
  let ms = 0;
  return () => {
    ms += 0.002;
    return ms;
  };
}

const doubling = (step: string): string => `{% assign a = "xxxxxxxxxx" %}${step.repeat(40)}{{ a }}`;
const FAR_TOO_MUCH = /^x\.yaml:7:\d+: the expression makes far more text than any field holds in `/;

beforeEach(() => {
  performance.now = slowClock;
});
afterEach(() => {
  performance.now = realNow;
});

describe("an expression that never ends, or grows without bounds,", () => {
  it.each([
    ["a huge range", "{% for i in (1..1000000000) %}x{% endfor %}"],
    [
      "ranges in ranges",
      "{% for i in (1..999) %}{% for j in (1..999) %}{% for k in (1..999) %}{% endfor %}{% endfor %}{% endfor %}",
    ],
    ["appending itself", doubling("{% assign a = a | append: a %}")],
    ["joining itself with a filter of ours", doubling('{% assign a = a | join_filled: "", a, a, a %}')],
    ["capturing itself", doubling("{% capture a %}{{ a }}{{ a }}{% endcapture %}")],
    [
      "capturing itself, of which little is shown",
      `{% assign a = "xxxxxxxxxx" %}${"{% capture a %}{{ a }}{{ a }}{% endcapture %}".repeat(18)}{{ a | size }}`,
    ],
    ["replacing itself", doubling('{% assign a = a | replace: "x", a %}')],
    ["padding a date", "{{ '2026-11-24' | date: '%999999999d' }}"],
    ["sorting again and again", '{% assign a = (1..90000) | join: "," | split: "," %}{{ a | sort | reverse | size }}'],
    [
      "quadratic clean-up of tags",
      `{% assign a = "<script" %}${"{% assign a = a | append: a %}".repeat(16)}{{ a | strip_html }}`,
    ],
  ])("is stopped, and named by its place: %s", (_what, expression) => {
    const error = attack(expression);
    expect(error).toBeInstanceOf(MappingError);
    expect((error as MappingError).message).toMatch(FAR_TOO_MUCH);
    expect((error as MappingError).retry).toBe(false);
  });

  it("is stopped by time where it makes nothing at all, and tried again, as a machine may just have been slow", () => {
    performance.now = realNow;
    const loop = "{% for a in answers %}";
    const error = attack(`${loop.repeat(4)}{% endfor %}{% endfor %}{% endfor %}{% endfor %}`);
    expect(error).toBeInstanceOf(SlowMappingError);
    expect((error as MappingError).message).toMatch(/^x\.yaml:7:\d+: the expression took too long in `/);
    expect((error as MappingError).retry).toBe(true);
  });

  it("cannot add up over many fields either: the file as a whole has its time", () => {
    performance.now = countingClock();
    const almost = "{% for a in answers %}{% for b in answers %}{% endfor %}{% endfor %}";
    const fields = Object.fromEntries(Array.from({ length: 400 }, (_, n) => [`Field${n}`, almost]));
    expect(() => planBooking(parseMapping(fileWith(fields), "x.yaml"), context)).toThrow(
      /the mapping took too long and was stopped in `/,
    );
  });

  it("is refused before it is evaluated where its text alone is too much", () => {
    for (const text of [`{{ ${"a[".repeat(9_000)}1${"]".repeat(9_000)} }}`, `"${"x".repeat(20_001)}"`]) {
      expect(attack(text)).toBeInstanceOf(MappingFileError);
    }
  });
});

describe("a file that repeats itself", () => {
  const section =
    "    object: Event\n    per: booking\n    external_id: { Key: booking.id }\n    fields: { A: booking.id }\n";

  it("takes nothing over by merge keys, which copy without being counted", () => {
    const text = `crm: x\nobjects:\n  one: &one\n${section}  two:\n    <<: *one\n`;
    expect(() => parseMapping(text, "x.yaml")).toThrow(/unknown key `<<`/);
  });

  it("is refused when it is long, before it is read", () => {
    expect(() => parseMapping("#".repeat(100_001), "x.yaml")).toThrow(/longer than 100000 characters/);
  });
});
