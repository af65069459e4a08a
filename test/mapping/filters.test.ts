/** The filters at their edges; docs/mappings.md has the plain examples, which are tests too. */
import { describe, expect, it } from "@jest/globals";
import { Settings } from "luxon";
import { mappingContext } from "../../src/mapping/context.ts";
import { createCompiler } from "../../src/mapping/expression.ts";
import type { FilterSettings } from "../../src/mapping/filters/index.ts";
import { stateOf } from "../../src/operate/preview.ts";
import { firstBooking, purchase } from "../support/payloads.ts";

const settings: FilterSettings = {
  tables: { outcome: { booked: "SCHEDULED", "7": "seven", true: "yes" } },
  currency: "GBP",
  country: "GB",
  minorUnits: "by_currency",
};

const value = (text: string, given: object = {}, more: Partial<FilterSettings> = {}): unknown =>
  createCompiler({ ...settings, ...more }).compile(text)(given);

describe("money", () => {
  it.each([
    ["pounds by default", "1999 | money", 19.99],
    ["a text", "'1999' | money", 19.99],
    ["nothing", "x | money", undefined],
    ["no number", "'free' | money", undefined],
    ["a discount", "-1000 | money", -10],
    ["yen, which have no smaller unit", '1500 | money: "JPY"', 1500],
    ["dinars, which have a thousand", '1500 | money: "KWD"', 1.5],
    ["a currency nobody knows", '1500 | money: "?"', 15],
  ])("of %s", (_what, text, result) => {
    expect(value(text)).toBe(result);
  });

  it("can be told that BookingBug sends hundredths of every currency", () => {
    const hundredths = { minorUnits: "hundredths" } as const;
    expect(value('1500 | money: "JPY"', {}, hundredths)).toBe(15);
    expect(value("1500 | money", {}, { ...hundredths, currency: "KWD" })).toBe(15);
    expect(value("1500 | money", {}, { currency: undefined })).toBe(15);
  });
});

describe("truncate_to", () => {
  it.each([
    ["what fits", "abc", 3, "abc"],
    ["what does not", "abcd", 3, "ab…"],
    ["an emoji of two halves", "ab😀cd", 4, "ab…"],
    ["a family of one sign", "a👨‍👩‍👧b", 6, "a…"],
    ["a letter with its accent", "cafe\u0301s", 5, "caf…"],
    ["blanks at the cut", "ab cd", 4, "ab…"],
    ["one character", "ab", 1, "…"],
  ])("leaves whole: %s", (_what, text, length, result) => {
    expect(value(`t | truncate_to: ${length}`, { t: text })).toBe(result);
    expect(result.length).toBeLessThanOrEqual(length);
  });
});

describe("times", () => {
  it.each([
    ["summer", "'2016-07-01T08:00:00Z' | in_zone: 'Europe/London', 'HH:mm'", "09:00"],
    ["winter", "'2017-01-01T08:00:00Z' | in_zone: 'Europe/London', 'HH:mm'", "08:00"],
    ["an offset of another place", "'2016-07-01T10:00:00+02:00' | in_zone: 'Africa/Cairo', 'HH:mm'", "10:00"],
    ["a zone that does not exist", "'2016-07-01T08:00:00Z' | in_zone: 'Mars/Base', 'HH:mm'", "08:00"],
    ["no zone", "'2016-07-01T08:00:00Z' | in_zone: x, 'HH:mm'", "08:00"],
    ["the night before", "'2016-07-01T02:00:00Z' | date_in: 'America/New_York'", "2016-06-30"],
    ["no time", "'soon' | utc", undefined],
    ["German", "'2016-03-10T08:00:00Z' | in_zone: 'Europe/Berlin', 'cccc d LLLL', locale: 'de'", "Donnerstag 10 März"],
    ["a language nobody knows", "'2016-03-10T08:00:00Z' | in_zone: x, 'd LLLL', locale: 'Deutsch!'", "10 March"],
    ["no language", "'2016-03-10T08:00:00Z' | in_zone: x, 'd LLLL', locale: y", "10 March"],
    ["the zone's name in English", "'2016-07-01T08:00:00Z' | in_zone: 'Europe/Berlin', 'ZZZZ'", "CEST"],
    [
      "the zone's name in German after that",
      "'2016-07-01T08:00:00Z' | in_zone: 'Europe/Berlin', 'ZZZZ', locale: 'de'",
      "MESZ",
    ],
    ["a language and the usual format", "'2016-03-10T08:00:00Z' | in_zone: x, locale: 'fr'", "10 mars 2016 08:00 UTC"],
    ["JRNI's times with an offset", "'2023-03-01T08:00:00-11:00' | utc", "2023-03-01T19:00:00Z"],
  ])("in %s", (_what, text, result) => {
    expect(value(text)).toBe(result);
  });
});

describe("since", () => {
  const evening = "2016-04-11T19:00:00Z";
  it.each([
    ["a day and a half", `"2016-04-13T07:00:00Z" | since: "${evening}", "days"`, 1.5],
    ["a third, to two decimals", `"2016-04-12T03:00:00Z" | since: "${evening}", "days"`, 0.33],
    ["what comes before", `"${evening}" | since: "2016-04-11T20:30:00Z", "hours"`, -1.5],
    ["minutes across offsets", `"2016-04-11T20:30:00+01:00" | since: "${evening}", "minutes"`, 30],
    ["tomorrow morning, by the calendar", `"2016-04-12T08:00:00Z" | since: "${evening}", "days", "Europe/London"`, 1],
    ["tonight, by a calendar that is a day on", `"2016-04-11T20:00:00Z" | since: "${evening}", "days", "UTC"`, 0],
    [
      "days across the change to summer time",
      '"2016-03-28T08:00:00Z" | since: "2016-03-26T22:00:00Z", "days", "Europe/London"',
      2,
    ],
    ["nothing before", '"2016-03-28T08:00:00Z" | since: x, "days"', undefined],
    ["nothing after", `x | since: "${evening}", "days"`, undefined],
  ])("of %s", (_what, text, result) => {
    expect(value(text)).toBe(result);
  });

  it("takes a time without an offset, and a zone that is none, for UTC, wherever it runs", () => {
    const { defaultZone } = Settings;
    Settings.defaultZone = "America/New_York";
    try {
      for (const zone of ["default", "Local", "system", "Nowhere/At all", ""])
        expect(value(`"2016-04-12T02:00:00Z" | in_zone: "${zone}", "d LLL HH:mm"`)).toBe("12 Apr 02:00");
      expect(value('"2016-04-12T08:00" | since: "2016-04-12T07:00:00Z", "hours"')).toBe(1);
    } finally {
      Settings.defaultZone = defaultZone;
    }
  });

  it("refuses a unit it does not know", () => {
    expect(() => value(`x | since: "${evening}", "weeks"`)).toThrow('since needs one of "days", "hours", "minutes"');
  });
});

describe("names, numbers and addresses", () => {
  it.each([
    ["'Madonna' | given_names", undefined],
    ["'Madonna' | family_name", "Madonna"],
    ["'  Ana   Maria Silva ' | given_names", "Ana Maria"],
    ["'07700 900123' | e164", "+447700900123"],
    ["'+44 (0)7700 900123' | e164", "+447700900123"],
    ["'030 901820' | e164: '49'", "+4930901820"],
    ["'2025550123' | e164: x, 'US'", "+12025550123"],
    ["'06 698 82 019' | e164: '39'", "+390669882019"],
    ["'0707070707' | e164: '225'", "+2250707070707"],
    ["'020 7946 0958' | e164: '44'", "+442079460958"],
    ["'0044 20 7946 0958' | e164: '44'", "+442079460958"],
    ["'442079460958' | e164: '44'", "+442079460958"],
    ["'0081 90 1234 5678' | e164: '81'", "+819012345678"],
    ["'0062 812 345 678' | e164: '62'", "+62812345678"],
    ["'+44 0207 946 0958' | e164", "+442079460958"],
    ["'call reception' | e164", "call reception"],
    ["'null' | e164", undefined],
    ["'7700900123' | phone: 'national', '44'", "07700 900123"],
    ["'030 901820' | phone: 'international', '49'", "+49 30 901820"],
    ["'2025550123' | phone: 'national', x, 'US'", "(202) 555-0123"],
    ["'call reception' | phone: 'national'", "call reception"],
    ["x | phone: 'national'", undefined],
    ["'1 High Street' | join_filled: ', ', '.', '', 'null', 'London'", "1 High Street, London"],
    ["x | join_filled: ', ', y", undefined],
  ])("%s", (text, result) => {
    expect(value(text)).toBe(result);
  });
});

describe("what is blank [P8]", () => {
  const people = [{ name: "Ana" }, { name: "" }, {}, { name: null }, { name: "Ben" }];
  it.each([
    ["a list's entries are left out", "people | map: 'name' | join: ', '", "Ana, Ben"],
    ["and not those that are no", "places | map: 'x' | join: ' '", "false 0"],
    ["a no is not", "'No' | truthy | default: true", false],
    ["nor a 0", "0 | default: 7", 0],
    ["nothing is", "x | default: 7", 7],
    ["an empty text is", "'' | default: 7", 7],
    ["an empty list is", "none | default: 7", 7],
    ["the first of several is taken", "x | default: '' | default: 'c'", "c"],
  ])("%s", (_what, text, result) => {
    expect(value(text, { people, none: [], places: [{ x: false }, { x: 0 }] })).toBe(result);
  });
});

describe("translations and types", () => {
  it.each([
    ["'booked' | lookup: 'outcome'", "SCHEDULED"],
    ["7 | lookup: 'outcome'", "seven"],
    ["true | lookup: 'outcome'", "yes"],
    ["'other' | lookup: 'outcome'", undefined],
    ["'toString' | lookup: 'outcome', 'none'", "none"],
    ["x | lookup: 'outcome', 'none'", "none"],
    ["'Yes' | truthy", true],
    ["'true' | truthy", true],
    ["'0' | truthy", false],
    ["x | truthy", undefined],
    ["' 12.5 ' | to_number", 12.5],
    ["'twelve' | to_number", undefined],
    ["12 | to_text", "12"],
    ["' - ' | clean", undefined],
    ["'***' | clean", undefined],
  ])("%s", (text, result) => {
    expect(value(text)).toBe(result);
  });
});

describe("answers of a booking", () => {
  const state = stateOf(
    purchase((body) => {
      firstBooking(body)._embedded = {
        answers: [
          { question_id: 1, question_text: "Handicap", value: "12", admin_only: false },
          { question_id: 2, question_text: "Outcome", value: "Complete", admin_only: true },
          { question_id: 3, question_text: "Unanswered" },
        ],
        survey_answers: [{ question_id: 4, question_text: "How was it?", value: "Good", outcome: true }],
      };
      Object.assign(firstBooking(body), {
        answers_summary: [{ question_id: 2, name: "Outcome", answer: "Complete" }],
        questions: { "2": { answer: "Complete" }, "1": { answer: "12" } },
      });
      Object.assign(body._embedded.member, { dt9: "Gold", dt10: "poor" });
      body._embedded.client.answers = [
        { question_id: 9, name: "Membership", answer: "Gold" },
        { question_id: 10, name: "Credit note", answer: "poor", admin_only: true },
      ];
    }),
  );
  const [bookingId = ""] = Object.keys(state.bookings);
  const context = mappingContext(state, bookingId);

  it("are found by id and by text, the booking's, its survey's and the client's", () => {
    expect(value("answers | answer: 1", context)).toBe("12");
    expect(value("answers | answer: 'HANDICAP'", context)).toBe("12");
    expect(value("answers | answer: 4", context)).toBe("Good");
    expect(value("answers | answer: 9", context)).toBe("Gold");
    expect(value("answers | answer: 3", context)).toBeUndefined();
    expect(value("answers | answers_text", context)).toBe("Handicap: 12\nHow was it?: Good\nMembership: Gold");
  });

  it("are the first that was given, where a question is asked more than once [W23]", () => {
    const twice = stateOf(
      purchase((body) => {
        firstBooking(body)._embedded = {
          answers: [
            { question_id: 1, question_text: "Handicap", value: "" },
            { question_id: 2, question_text: "Height" },
            { question_id: 3, question_text: "Height", value: "180" },
          ],
        };
        body._embedded.client.answers = [{ question_id: 1, name: "Handicap", answer: "12" }];
      }),
    );
    const asked = mappingContext(twice, Object.keys(twice.bookings)[0]);
    expect(value("answers | answer: 1", asked)).toBe("12");
    expect(value("answers | answer: 'height'", asked)).toBe("180");
    expect(value("answers | answer: 2", asked)).toBeUndefined();
  });

  it.each([true, "true", 1])("are staff's where they say so as %j", (admin_only) => {
    const staffs = stateOf(
      purchase((body) => {
        firstBooking(body)._embedded = {
          answers: [{ question_id: 2, question_text: "Outcome", value: "Late", admin_only }],
        };
      }),
    );
    const seen = mappingContext(staffs, Object.keys(staffs.bookings)[0]);
    expect(value("answers | answer: 2", seen)).toBeUndefined();
    expect(value("answers | answers_text", seen)).toBeUndefined();
    expect(value("answers | answer: 2, admin: true", seen)).toBe("Late");
  });

  it("of staff are nowhere to be seen unless one is asked for", () => {
    expect(value("answers | answer: 2", context)).toBeUndefined();
    expect(value("answers | answer: 2, admin: true", context)).toBe("Complete");
    expect(value("answers | answer: 10, admin: true", context)).toBe("poor");
    for (const shown of [
      "{{ answers | json }}",
      "{{ booking | json }}",
      "{{ client | json }}",
      "{{ member | json }}",
    ]) {
      expect(value(shown, context)).not.toMatch(/Complete|poor/);
    }
    expect(value("booking.questions.1.answer", context)).toBe("12");
    expect(value("member.dt9", context)).toBe("Gold");
  });
});

describe("a time without a date is no instant, and not today's", () => {
  it.each(["10:30", "T10:30", "10", "2016"])("%s", (time) => {
    const given = { time };
    const texts = ["time | utc", "time | date_in: 'UTC'", "time | in_zone: 'UTC'", "time | since: time, 'days'"];
    expect(texts.map((text) => value(text, given))).toEqual(texts.map(() => undefined));
  });

  it.each(["2016-04-11", "20160411", "2016-04-11T00:00:00Z", "20160411T000000Z", "2016-W15-1"])("%s is one", (time) => {
    expect(value("time | utc", { time })).toBe("2016-04-11T00:00:00Z");
  });
});

describe("reckoning with a blank gives a blank, and not 0 [P8]", () => {
  it.each(["abs", "ceil", "divided_by: 100", "floor", "modulo: 2", "round", "times: 2"])("%s", (filter) => {
    const texts = [
      `x | ${filter}`,
      `'' | ${filter}`,
      `list | ${filter}`,
      `'free' | ${filter}`,
      `x | since: x, 'days' | ${filter}`,
    ];
    expect(texts.map((text) => value(text, { list: [] }))).toEqual(texts.map(() => undefined));
    expect(value(`'200' | ${filter}`)).toEqual(expect.any(Number));
  });
});

describe("a whole object is no text", () => {
  const given = { address: { city: "London" }, list: [{ name: "One" }] };
  it.each([
    "{{ address }}",
    "At {{ list }}",
    "address | join_filled: ', ', 'x'",
    "address | to_text",
    "list | truncate_to: 9",
  ])("%s", (text) => expect(() => value(text, given)).toThrow("a whole object"));

  it("but what is in it is", () => {
    expect(value("At {{ address.city }}, {{ list | map: 'name' }}{{ nothing }}", given)).toBe("At London, One");
  });
});
