/** `crm-sync mapping …`, run as an admin runs it, against both CRMs of the sandbox. */
import { cp, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { type Ended, runCli } from "../support/cli.ts";
import { firstBooking, purchase, sample, twoBookings } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await startSystem();
});
beforeEach(() => system.reset());
afterAll(() => system.stop());

const SAMPLE = "test/samples/purchase-created.json";

function mapping(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return runCli(["mapping", ...args], { ...system.environment, ...env });
}

async function folderWith(crm: string, change: (text: string) => string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "mappings-"));
  await cp("mappings", folder, { recursive: true });
  const file = join(folder, `${crm}.yaml`);
  await writeFile(file, change(await readFile(file, "utf8")));
  return folder;
}

const writes = () => {
  const { salesforce, hubspot } = system.sandbox;
  return Object.keys({ ...salesforce.stats.calls, ...hubspot.stats.calls }).filter((name) =>
    /upsert|update|create/.test(name),
  );
};

describe("mapping check", () => {
  it("needs neither Redis nor BookingBug's credentials, and ends with 0 when all is in order", async () => {
    const { CRM, SALESFORCE_LOGIN_URL, SALESFORCE_CLIENT_ID, SALESFORCE_CLIENT_SECRET } = system.environment;
    const environment = { CRM, SALESFORCE_LOGIN_URL, SALESFORCE_CLIENT_ID, SALESFORCE_CLIENT_SECRET };
    const ended = await runCli(["mapping", "check", "--crm", "salesforce"], environment as Record<string, string>);
    expect(ended).toEqual({ code: 0, out: "The mapping files are in order.\n", err: "" });
  });

  it("ends with 0 where it only suspects, and says so; a CRM that there is not is a problem", async () => {
    const MAPPINGS_DIR = await folderWith("salesforce", (text) =>
      text.replace("BB_Price__c: booking.price | money", "BB_Price__c: booking.price"),
    );
    const check = ["check", "--crm", "salesforce"];
    const people = await mapping(check, { MAPPINGS_DIR });
    expect(people).toMatchObject({ code: 0, out: expect.stringMatching(/: warning: `booking\.price` is in pennies/) });
    await writeFile(join(MAPPINGS_DIR, "other.yaml"), "crm: salesfroce\nobjects: {}\n");
    const programs = await mapping([...check, "--json"], { MAPPINGS_DIR });
    expect(programs.code).toBe(1);
    expect(JSON.parse(programs.out)).toMatchObject([
      { level: "problem", message: expect.stringContaining("no CRM is named `salesfroce`") },
      { level: "warning", message: expect.stringContaining("in pennies") },
    ]);
  });

  it("shows problems of the file and of the CRM together, for people, for programs and for GitHub", async () => {
    const MAPPINGS_DIR = await folderWith("salesforce", (text) =>
      text.replace("ShowAs: { constant: Busy }", "ShowAs: { constant: 50% }"),
    );
    await writeFile(join(MAPPINGS_DIR, "hubspot.yaml"), "crm: hubspot\nobjects: nothing\n");
    const [people, programs, github] = await Promise.all(
      [[], ["--json"], ["--github"]].map((format) => mapping(["check", ...format], { MAPPINGS_DIR })),
    );
    expect(people).toMatchObject({
      code: 1,
      out: expect.stringMatching(
        /`objects`: expected a block[\s\S]*ShowAs: \{ constant: 50% \}\n +\^\n\n2 problems in 2 files\n$/,
      ),
    });
    expect(JSON.parse(programs?.out ?? "")).toMatchObject([
      { line: 2, column: 10, message: "`objects`: expected a block of keys and values", excerpt: "objects: nothing" },
      { message: '`ShowAs` does not accept "50%"; it accepts Busy, OutOfOffice, Free' },
    ]);
    expect(github?.out).toMatch(/^::error file=.*salesforce\.yaml,line=\d+,col=\d+::`ShowAs` does not accept "50%25"/m);
  });

  it("ends with 2 when the check could not be made", async () => {
    expect(await mapping(["check"], { HUBSPOT_BASE_URL: "http://127.0.0.1:9" })).toMatchObject({ code: 2, out: "" });
  });
});

describe("mapping preview", () => {
  it("of a file shows each field with its value and its source, with nothing configured", async () => {
    const ended = await runCli(["mapping", "preview", SAMPLE, "--crm", "hubspot"], {});
    expect(ended).toMatchObject({ code: 0, err: "" });
    expect(ended.out).toMatch(/hubspot meetings bookingbug_booking_id=13477736/);
    expect(ended.out).toMatch(/bookingbug_price = 15\n\s+mappings\/hubspot\.yaml:\d+ booking\.price \| money/);
    expect(ended.out).not.toContain("salesforce");
  });

  it("of a file posted as a cancellation shows what a cancellation writes", async () => {
    const ended = await runCli(["mapping", "preview", SAMPLE, "--route", "cancellations"], {});
    expect(ended.out).toContain('Subject = "Cancelled: ');
    expect(ended.out).toContain('hs_meeting_outcome = "CANCELED"');
  });

  it("says what is left out and why, and which fields came out blank", async () => {
    const MAPPINGS_DIR = await folderWith("salesforce", (text) =>
      text
        .replace(/^( {4}object: Event)$/m, "$1\n    when: booking.is_event")
        .replace(/^( {6}Email: .*)$/m, "$1\n      Fax: client.fax"),
    );
    const preview = (crm: string) => runCli(["mapping", "preview", SAMPLE, "--crm", crm], { MAPPINGS_DIR });
    const { out } = await preview("salesforce");
    expect(out).toContain("salesforce Contact BB_Id__c=3056937");
    expect(out).not.toContain("salesforce Event");
    expect(out).toMatch(
      /\nsalesforce, left out:\n(.*\n)* {2}\w+ \(Event\) is not written: its condition is not true \(.*salesforce\.yaml:\d+ booking\.is_event\)\n/,
    );
    expect(out).toMatch(/ {2}contact \(Contact\) is written without what came out blank: .*\bFax\b/);
    await writeFile(
      `${MAPPINGS_DIR}/salesforce.yaml`,
      `when: booking.price < 0\n${await readFile("mappings/salesforce.yaml", "utf8")}`,
    );
    expect((await preview("salesforce")).out).toMatch(
      /^salesforce: nothing would be written\n\nsalesforce, left out:\n {2}nothing is written: the file's condition is not true \(.*salesforce\.yaml:1 booking\.price < 0\)\n$/,
    );
  });

  it("says so where no file is for the CRM that is named", async () => {
    const { code, err } = await mapping(["preview", SAMPLE, "--crm", "sugar"]);
    expect(code).toBe(1);
    expect(err).toContain("No mapping file is for a CRM named sugar; there are files for hubspot and salesforce.");
    expect((await mapping(["preview", "--purchase", "1", "--crm", "sugar"])).err).toContain("sugar");
  });

  it("says what is wrong with a file it cannot read", async () => {
    expect(await runCli(["mapping", "preview", "package.json"], {})).toMatchObject({
      code: 1,
      err: expect.stringContaining("holds no purchase that can be mapped: expected a purchase"),
    });
    expect(await runCli(["mapping", "preview"], {})).toMatchObject({
      code: 1,
      err: expect.stringContaining("give either"),
    });
  });

  it("with --diff compares with what both CRMs hold, and writes nothing", async () => {
    system.sandbox.salesforce.seed("Contact", { LastName: "Bug", Email: "test@bookingbug.com", Phone: "1" });
    const before = writes();
    const { out } = await mapping(["preview", SAMPLE, "--diff"]);
    expect(out).toMatch(/salesforce Contact BB_Id__c=3056937: record 003\w+, \d field\(s\) would change/);
    expect(out).toMatch(/ {2}LastName: "Bug" → ".+"\n\s+mappings\/salesforce\.yaml:\d+/);
    expect(out).toContain("salesforce Event BB_Booking_Id__c=13477736: would be created");
    expect(out).toContain("hubspot meetings bookingbug_booking_id=13477736: would be created");
    expect(writes()).toEqual(before);
  });

  it("with --diff says who would have to pick when several records match", async () => {
    for (const name of ["One", "Two"])
      system.sandbox.salesforce.seed("Contact", { LastName: name, Email: "test@bookingbug.com" });
    const { out } = await mapping(["preview", SAMPLE, "--diff", "--crm", "salesforce"]);
    expect(out).toMatch(/2 records match \(003\w+, 003\w+\); a person would have to pick one/);
  });

  it.each(["newest", "oldest"])("with --diff shows the record that is then written: several, the %s", async (rule) => {
    const MAPPINGS_DIR = await folderWith("salesforce", (text) => text.replace("several: hold", `several: ${rule}`));
    const seeded = ["One", "Two", "Three"].map((name) =>
      system.sandbox.salesforce.seed("Contact", { LastName: name, Email: "test@bookingbug.com" }),
    );
    const { out } = await mapping(["preview", SAMPLE, "--diff", "--crm", "salesforce"], { MAPPINGS_DIR });
    const shown = /Contact BB_Id__c=3056937: record (\w+), \d+ field\(s\) would change/.exec(out)?.[1];
    expect(shown).toBe(rule === "newest" ? seeded.at(-1) : seeded.at(0));

    const other = await startSystem({ env: { MAPPINGS_DIR, CRM: "salesforce" } });
    try {
      for (const name of ["One", "Two", "Three"])
        other.sandbox.salesforce.seed("Contact", { LastName: name, Email: "test@bookingbug.com" });
      await other.deliver("bookings", sample("purchase-created"));
      const written = other.sandbox.salesforce.records("Contact").filter(({ values }) => values.BB_Id__c);
      expect(written.map(({ id }) => id)).toEqual([shown]);
    } finally {
      await other.stop();
    }
  });

  it("of a purchase takes what is known now, and tells what was edited in the CRM from what we would write", async () => {
    await system.deliver("bookings", sample("purchase-created"));
    const same = await mapping(["preview", "--purchase", "11610441", "--diff"]);
    expect(same.out.match(/nothing would change/g)).toHaveLength(4);
    const [event] = system.sandbox.salesforce.records("Event");
    if (event === undefined) throw new Error("no event");
    Object.assign(event.values, { Location: "Moved by hand" });
    const edited = await mapping(["preview", "--purchase", "11610441", "--diff", "--crm", "salesforce"]);
    expect(edited.out).toMatch(/Location stays "Moved by hand", not ".+": edited in the CRM since we wrote it/);
    expect(await mapping(["preview", "--purchase", "1"])).toMatchObject({
      code: 1,
      err: expect.stringContaining("not known"),
    });
  });

  it("names the rules by which a field is left alone", async () => {
    const MAPPINGS_DIR = await folderWith("salesforce", (text) =>
      text.replace(
        "      Email: client.email | downcase",
        "      Email: client.email | downcase\n      Title: { constant: Visitor, write: when_empty }\n      LeadSource: { constant: Web, write: on_create }",
      ),
    );
    system.sandbox.salesforce.seed("Contact", { LastName: "Bug", Email: "test@bookingbug.com", Title: "Dr" });
    const { out } = await mapping(["preview", SAMPLE, "--diff", "--crm", "salesforce"], { MAPPINGS_DIR });
    expect(out).toContain('Title stays "Dr", not "Visitor": the CRM\'s field is not empty (when_empty)');
    expect(out).toContain('LeadSource stays null, not "Web": only set when we create the record (on_create)');
  });
});

describe("mapping impact", () => {
  const changed = (text: string) =>
    text
      .replace("BB_Status__c: booking.status", 'BB_Status__c: "BookingBug: {{ booking.status }}"')
      .replace("      Location:", "      Description_Old: booking.describe\n      Location:");

  it("counts what a changed file would make different for what is still known, and shows values only when asked", async () => {
    await system.deliver("bookings", twoBookings());
    await system.deliver(
      "bookings",
      purchase((body) => {
        body.id = 5;
        Object.assign(firstBooking(body), { id: 55, purchase_id: 5 });
      }),
    );
    const file = join(await folderWith("salesforce", changed), "salesforce.yaml");
    const ended = await mapping(["impact", file]);
    expect(ended.code).toBe(0);
    expect(ended.out).toMatch(
      /^2 purchases looked at; something would differ for 2 of them\.\n {6}3 {2}appointment \(Event\) /,
    );
    expect(ended.out).toMatch(/3 {2}appointment \(Event\) BB_Status__c\n +purchase \d+, booking \d+\n/);
    expect(ended.out).toMatch(/ 3 {2}appointment \(Event\) Description_Old/);
    expect(ended.out).not.toContain('"booked"');
    const { out } = await mapping(["impact", file, "--values"]);
    expect(out).toMatch(/purchase \d+, booking \d+: "booked" → "BookingBug: booked"/);
  });

  it("says that nothing differs, and when the new file fails where the old one did not", async () => {
    await system.deliver("bookings", sample("purchase-created"));
    expect((await mapping(["impact", "mappings/hubspot.yaml"])).out).toBe(
      "1 purchases looked at; something would differ for 0 of them.\n",
    );
    const failing = await folderWith("hubspot", (text) =>
      text.replace("bookingbug_time_zone: booking.time_zone", "bookingbug_time_zone: booking.address"),
    );
    const ended = await mapping(["impact", join(failing, "hubspot.yaml")]);
    expect(ended).toMatchObject({
      code: 1,
      out: expect.stringMatching(/fails for 1 of them, first: .+hubspot\.yaml:\d+:\d+/),
    });
  });
});

describe("mapping test", () => {
  it("runs what lies beside the mappings with nothing configured, for people and for programs", async () => {
    expect(await runCli(["mapping", "test"], {})).toEqual({ code: 0, out: "12 tests hold.\n", err: "" });
    const MAPPINGS_DIR = await folderWith("hubspot", (text) =>
      text.replace("cancelled: CANCELED", "cancelled: NO_SHOW"),
    );
    const [people, programs] = await Promise.all(
      [[], ["--json"]].map((format) => runCli(["mapping", "test", "--crm", "hubspot", ...format], { MAPPINGS_DIR })),
    );
    expect(people).toMatchObject({
      code: 1,
      out: expect.stringMatching(/expected "CANCELED"\n[\s\S]*\n\n1 failed, 5 hold\.\n$/),
    });
    expect(JSON.parse(programs?.out ?? "").results).toContainEqual(
      expect.objectContaining({
        crm: "hubspot",
        failures: [
          expect.objectContaining({
            expected: "CANCELED",
            actual: "NO_SHOW",
            source: expect.objectContaining({ line: expect.any(Number) }),
          }),
        ],
      }),
    );
  });

  it("ends with 2 where nothing was run that was asked for, and with 1 when a file is wrong", async () => {
    expect(await runCli(["mapping", "test", "--crm", "salesfroce"], {})).toMatchObject({ code: 2 });
    const MAPPINGS_DIR = await folderWith("hubspot", (text) => `${text}\nmore: 1\n`);
    expect(await runCli(["mapping", "test"], { MAPPINGS_DIR })).toMatchObject({
      code: 1,
      out: expect.stringContaining("unknown key `more`"),
    });
  });

  it("--record makes a test of a stored purchase that holds and names nobody", async () => {
    await system.deliver("bookings", sample("purchase-created"));
    await system.deliver("cancellations", sample("purchase-created"));
    const MAPPINGS_DIR = await folderWith("salesforce", (text) => text);
    const out = join(MAPPINGS_DIR, "tests/recorded.yaml");
    const record = ["test", "--record", "11610441", "--crm", "salesforce"];
    expect(await mapping([...record, "--out", out], { MAPPINGS_DIR })).toEqual({ code: 0, out: "", err: "" });
    const text = await readFile(out, "utf8");
    expect(text).not.toMatch(/Gladden|@bookingbug|11610441|13477736|3056937|12345678910|Waqas/);
    expect(text).toMatch(/BB_Status__c: cancelled/);
    expect(await runCli(["mapping", "test", "--crm", "salesforce"], { MAPPINGS_DIR })).toMatchObject({
      code: 0,
      out: "7 tests hold.\n",
    });
    expect((await mapping(record)).out).toContain("BB_Status__c: cancelled");
    expect(await mapping(["test", "--record", "1", "--crm", "salesforce"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("no notification is kept"),
    });
  });
});

describe("mapping import", () => {
  it("shows JRNI's mapping as a file of ours, or writes it, and never over one that is there", async () => {
    const args = ["mapping", "import", "jrni", "test/mapping/jrni/form.json"];
    const shown = await runCli(args, {});
    expect(shown).toMatchObject({ code: 0, err: "", out: await readFile("test/mapping/jrni/form.yaml", "utf8") });
    const MAPPINGS_DIR = await mkdtemp(join(tmpdir(), "mappings-"));
    const out = join(MAPPINGS_DIR, "salesforce.yaml");
    expect(await runCli([...args, "--out", out], {})).toMatchObject({ code: 0, out: "" });
    expect(await runCli(["mapping", "check", "--offline"], { MAPPINGS_DIR })).toMatchObject({ code: 0 });
    expect(await runCli([...args, "--out", out], {})).toMatchObject({
      code: 1,
      err: expect.stringContaining("EEXIST"),
    });
    expect(await runCli(["mapping", "import", "jrni", "README.md"], {})).toMatchObject({
      code: 1,
      err: expect.stringContaining("The file is not JSON."),
    });
    expect((await runCli([...args, "--crm", "hubspot"], {})).err).toContain("Allowed choices are salesforce");
  });
});
