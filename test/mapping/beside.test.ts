/** Tests beside a mapping: what they accept and refuse, what a failing one says, and those that the service comes with. [W8] */
import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { stringify } from "yaml";
import { loadMappings } from "../../src/mapping/loader.ts";
import { parseMapping } from "../../src/mapping/parse.ts";
import { formatReport, type TestsReport, testMappings } from "../../src/operate/mapping-tests.ts";
import { firstBooking, type Json, purchase, twoBookings } from "../support/payloads.ts";

const MAPPING = `crm: salesforce
objects:
  contact:
    object: Contact
    per: person
    external_id: { BB_Id__c: client.id }
    fields: { LastName: client.last_name, Phone: client.phone }
  lead:
    object: Lead
    per: person
    when: company.id == 4242
    external_id: { BB_Id__c: client.id }
    fields: { LastName: client.last_name }
  appointment:
    object: Event
    per: booking
    external_id: { BB_Booking_Id__c: booking.id }
    fields: { Status__c: booking.status, Moves__c: change.reschedule_count, Note__c: booking.channel }
`;

/** The report of one test, given as data or as its text. */
async function reportOf(test: Json, files: Readonly<Record<string, string>> = {}): Promise<TestsReport> {
  const folder = await mkdtemp(join(tmpdir(), "mappings-"));
  await mkdir(join(folder, "tests"));
  const text = typeof test === "string" ? test : stringify({ crm: "salesforce", ...test });
  for (const [name, content] of Object.entries({ "one.yaml": text, ...files }))
    await writeFile(join(folder, "tests", name), content);
  return await testMappings(folder, { mappings: [parseMapping(MAPPING, "mappings/salesforce.yaml")] });
}

async function failuresOf(test: Json): Promise<Json> {
  const { results, problems } = await reportOf(test);
  expect(problems).toEqual([]);
  return results.flatMap(({ failures }) => failures);
}

const notification = purchase();

describe("the tests that come with the service", () => {
  it("hold, and show for each CRM a booking that is made, moved, cancelled and on the waiting list, and a person without an e-mail", async () => {
    const { results, problems } = await testMappings("mappings", await loadMappings("mappings"));
    expect(problems).toEqual([]);
    expect(results.filter(({ failures }) => failures.length > 0)).toEqual([]);
    const shown = ["created", "moved", "cancelled", "without-email", "waitlisted", "given-a-place"];
    const named = ["hubspot", "salesforce"].flatMap((crm) => shown.map((what) => `mappings/tests/${crm}-${what}.yaml`));
    expect(results.map(({ file }) => file).toSorted()).toEqual(named.toSorted());
  });

  it("notice when the mapping writes something else, and name its line", async () => {
    const text = await readFile("mappings/salesforce.yaml", "utf8");
    const changed = text.replace(
      "BB_Reschedule_Count__c: change.reschedule_count",
      "BB_Reschedule_Count__c: booking.quantity",
    );
    const set = {
      mappings: [
        parseMapping(
          changed.replace(/( cancelled:[\s\S]+ShowAs: \{ constant: )Free/, "$1Busy"),
          "mappings/salesforce.yaml",
        ),
      ],
    };
    const said = formatReport(await testMappings("mappings", set, ["salesforce"]), "mappings");
    const line = 1 + changed.split("\n").findLastIndex((one) => one.startsWith("        ShowAs"));
    expect(said).toContain(
      `mappings/tests/salesforce-cancelled.yaml: A booking that was cancelled stays, marked and free
  appointment.ShowAs is written with another value
    expected "Free"
    actual   "Busy"
    from     mappings/salesforce.yaml:${line} Busy`,
    );
    expect(said).toMatch(/\n\n1 failed, 5 hold\.$/);
  });
});

describe("a test of a mapping", () => {
  it("looks only at what it names", async () => {
    const { results } = await reportOf({ notification, writes: { contact: { LastName: "Gladden" } } });
    expect(results).toMatchObject([{ crm: "salesforce", failures: [] }]);
  });

  it("says what differs, and whether it is only the kind of value", async () => {
    const writes = {
      contact: { LastName: "Bug", BB_Id__c: 1 },
      appointment: { Moves__c: "0", Note__c: "x", Colour__c: "red" },
    };
    expect(await failuresOf({ notification, writes })).toMatchObject([
      {
        where: "contact.LastName",
        expected: "Bug",
        actual: "Gladden",
        source: { line: 7, expression: "client.last_name" },
      },
      { where: "contact.BB_Id__c", expected: 1, actual: "3056937", source: { line: 6 } },
      { where: "appointment.Moves__c", message: "is a number where the test has a text" },
      { where: "appointment.Note__c", message: "is not written: it came out blank", source: { line: 18 } },
      { where: "appointment.Colour__c", message: "is no field of this section in the mapping" },
    ]);
  });

  it("says why a section is not written, and knows a misspelt one", async () => {
    const said = await failuresOf({
      notification,
      writes: { lead: {} },
      skipped: ["contact", "laed"],
      absent: { contct: [] },
    });
    expect(said).toMatchObject([
      {
        where: "lead",
        message:
          "is not written: lead (Lead) is not written: its condition is not true (mappings/salesforce.yaml:11 company.id == 4242)",
      },
      { where: "contct", message: "the mapping has no section of this name; did you mean `contact`?" },
      { where: "contact", message: "is written (Contact 3056937), and the test wants it skipped", source: { line: 6 } },
      { where: "laed", message: expect.stringContaining("did you mean `lead`?") },
    ]);
  });

  it("notices a field that it wants absent, and with `match: exact` whatever it does not name", async () => {
    const absent = { appointment: ["Moves__c", "Note__c"] };
    expect(await failuresOf({ notification, absent })).toMatchObject([{ where: "appointment.Moves__c", actual: 0 }]);
    const writes = { appointment: { Status__c: "booked" } };
    expect(await failuresOf({ notification, match: "exact", writes, skipped: ["lead"] })).toMatchObject([
      { where: "contact", message: "is written (Contact 3056937), and the test does not name it" },
      { where: "appointment.Moves__c", message: "is written, and the test does not want it" },
    ]);
  });

  it("tells the bookings of a purchase apart by their ids", async () => {
    const body = twoBookings();
    firstBooking(body).quantity = 2;
    const both = {
      "appointment:13477736": { Status__c: "booked" },
      "appointment:13477737": { Status__c: "cancelled" },
    };
    const history = [
      { body },
      {
        body: {
          ...body,
          _embedded: {
            ...body._embedded,
            bookings: [{ ...body._embedded.bookings[1], is_cancelled: true }, firstBooking(body)],
          },
        },
        route: "updates",
      },
    ];
    expect(await failuresOf({ history, writes: both })).toEqual([]);
    expect(await failuresOf({ notification: body, writes: { appointment: {} } })).toMatchObject([
      { message: "there are several; name the one that is meant: `appointment:13477736`, `appointment:13477737`" },
    ]);
  });

  it("takes a notification from a JSON file beside it, and its times from the history", async () => {
    const test = {
      history: [{ body: "a.json" }, { body: "a.json", route: "cancellations", at: "2017-03-08T09:00:00Z" }],
      writes: { appointment: { Status__c: "cancelled" } },
    };
    const { results, problems } = await reportOf(test, { "a.json": JSON.stringify(notification) });
    expect({ problems, results }).toMatchObject({ problems: [], results: [{ failures: [] }] });
  });

  it("fails when the notification or the mapping cannot be used", async () => {
    const writes = { contact: {} };
    expect(await failuresOf({ notification: { id: 1, _embedded: { bookings: [{ id: "x" }] } }, writes })).toMatchObject(
      [
        {
          where: "the test",
          message: expect.stringMatching(/notification 1 is no purchase that can be mapped: .*numeric id/),
        },
      ],
    );
    expect(await failuresOf({ notification, writes, mapping: "other.yaml" })).toMatchObject([
      { message: "there is no mapping file other.yaml for salesforce" },
    ]);
    expect(await failuresOf({ notification, writes, crm: "hubspot" })).toMatchObject([
      { message: expect.stringContaining("No mapping file for hubspot") },
    ]);
  });
});

describe("a test file", () => {
  it.each([
    ["crm: salesforce\nnotification: {}\nwrite: {}\n", "3:1", "unknown key `write`; did you mean `writes`?"],
    [
      "crm: salesforce\nwrites: {}\nskipped: [x]\n",
      "1:1",
      "a test has either `notification`, or `history` for several",
    ],
    ["crm: salesforce\nnotification: {}\n", "1:1", "the test expects nothing; give it `writes`, `absent` or `skipped`"],
    ["crm: salesforce\nnotification: b.json\nskipped: [x]\n", "2:15", 'there is no JSON file "b.json" beside this one'],
    ["crm: salesforce\nnotification: bad.json\nskipped: [x]\n", "2:15", '"bad.json" is not JSON'],
    ["notification: {}\nskipped: [x]\n", "1:1", "`crm` is missing"],
    [
      "crm: salesforce\nhistory:\n  - { body: {}, rout: updates }\nskipped: [x]\n",
      "3:17",
      "unknown key `rout`; did you mean `route`?",
    ],
    [
      "crm: salesforce\nhistory:\n  - { body: {}, route: update }\nskipped: [x]\n",
      "3:24",
      "`history.0.route`: expected bookings, updates, cancellations or read_back",
    ],
    [
      "crm: salesforce\nhistory:\n  - { body: {}, at: yesterday }\nskipped: [x]\n",
      "3:21",
      "`history.0.at`: expected a time such as 2017-03-07T09:30:31Z",
    ],
    [
      "crm: salesforce\nnotification: 7\nskipped: [x]\n",
      "2:15",
      "`notification`: expected a notification, or the name of a JSON file beside this one",
    ],
    [
      "crm: salesforce\nnotification: {}\nwrites: { contact: { Email: [a] } }\n",
      "3:29",
      "`writes.contact.Email`: expected a text, a number, true or false, or null for a field that is emptied",
    ],
    [
      "crm: salesforce\nnotification: {}\nwrites: { contact: Email }\n",
      "3:20",
      "`writes.contact`: expected a block of keys and values",
    ],
    ["crm: salesforce\nnotification: {}\nskipped: lead\n", "3:10", "`skipped`: expected a list"],
    ["crm: salesforce\nnotification: {}\nmatch: all\n", "3:8", "`match`: expected partial or exact"],
    ["crm: [\n", "1:6", "`[` is opened here and not closed; add `]`"],
  ])("%#: says what is wrong with it, and where", async (text, place, message) => {
    const { problems, results } = await reportOf(text, { "bad.json": "{" });
    expect(results).toEqual([]);
    expect(problems.map(({ line, column, message: said }) => [`${line}:${column}`, said])).toEqual([[place, message]]);
  });
});
