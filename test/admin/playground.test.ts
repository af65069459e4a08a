/** The playground shows of a mapping what a pass would write with it in force, and says what it cannot show. */
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { openTools } from "../../src/app/tools.ts";
import { keptStates, measureImpact, withMappingText } from "../../src/operate/impact.ts";
import { type AdminClient, createAdminClient } from "../support/admin.ts";
import { mappingFolder } from "../support/mapping-folder.ts";
import { firstBooking, purchase, twoBookings } from "../support/payloads.ts";
import { somebodys } from "../support/scenes.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

const ada = { first: "Ada", last: "Lovelace", email: "ada@example.com" };

let system: TestSystem;
let admin: AdminClient;
let folder: string;
let text: string;
let elsewhere: string;

beforeAll(async () => {
  const salesforce = await readFile("mappings/salesforce.yaml", "utf8");
  text = salesforce
    .replace("      Phone:", '      Title: "{{ client.booking_count }} bookings"\n      Phone:')
    .replace(/\n {4}on:[\s\S]*$/, "\n")
    .replace("    external_id: { BB_Booking_Id__c", "    cancelled: delete\n    external_id: { BB_Booking_Id__c");
  elsewhere = salesforce.replace("crm: salesforce\n", "crm: salesforce\ncompanies: [99]\n");
  folder = await mappingFolder({ salesforce: text, elsewhere: elsewhere.replaceAll("\n", "\r\n") });
  system = await startSystem({ env: { CRM: "salesforce", MAPPINGS_DIR: folder } });
  admin = createAdminClient(system);
});
beforeEach(() => system.reset());
afterAll(() => system.stop());

async function tried(yaml: string, more: Readonly<Record<string, string>> = {}): Promise<string> {
  const { text: page } = await admin.post("/admin/mappings", { file: `${folder}/salesforce.yaml`, yaml, ...more });
  return page;
}

/** Another purchase of the same person. */
const again = (id: number) =>
  purchase((body) => {
    const first = somebodys(1, ada);
    Object.assign(body._embedded, { client: first._embedded.client, member: first._embedded.member });
    Object.assign(body, { id, client_name: first.client_name });
    Object.assign(firstBooking(body), { id: id * 10, purchase_id: id });
  });

describe("what a mapping would write", () => {
  it("is of all bookings of a person, as a pass sees them [F5]", async () => {
    for (const body of [somebodys(1, ada), again(2)]) await system.deliver("bookings", body);
    expect(system.sandbox.salesforce.records("Contact")[0]?.values.Title).toBe("2 bookings");
    expect(await tried(text, { sample: "2" })).toMatch(/Title 2 bookings/);
  });

  it("is of what has arrived, also where no pass has brought it up to date [F5]", async () => {
    await system.deliver("bookings", somebodys(1, ada));
    await admin.post("/admin/pause", { crm: "salesforce", reason: "a release", for: "1h" });
    await system.post("updates", somebodys(1, { ...ada, last: "King" }));
    await system.post("bookings", somebodys(3, { ...ada, last: "Byron", email: "b@example.com" }));
    expect(await tried(text, { sample: "1" })).toMatch(/LastName King/);
    expect(await tried(text, { sample: "3" })).toMatch(/LastName Byron/);
    await admin.post("/admin/resume", { crm: "salesforce" });
  });

  it("is shown for the bookings that can be planned, beside why others cannot [F5]", async () => {
    const body = twoBookings();
    delete firstBooking(body).address;
    await system.deliver("bookings", body);
    const page = await tried(text.replace("Location:", "Where__c: booking.address\n      Location:"), {
      sample: "11610441",
    });
    expect(page).toMatch(/found a whole object/);
    expect(page).toMatch(/Event appointment, BB_Booking_Id__c = \d+/);
    expect(page).not.toMatch(/No longer written/);
  });

  it("says what is left out and why, and what is linked [F5]", async () => {
    await system.deliver("bookings", somebodys(1, ada));
    const page = await tried(text.replace("    per: booking\n", "    per: booking\n    when: booking.price < 0\n"));
    expect(page).toMatch(/Left out .*appointment \(Event\) is not written: its condition is not true/);
    expect(await tried(text)).toMatch(/linked to contact by WhoId/);
  });

  it("is the file in force whatever its lines end with, as a browser sends them with CRLF [F5]", async () => {
    const { text: page } = await admin.post("/admin/mappings", {
      file: `${folder}/elsewhere.yaml`,
      yaml: elsewhere.replaceAll("\n", "\r\n"),
    });
    expect(page).toMatch(/The text is as in force/);
  });

  it("says so where another file, or none, serves the company [F5]", async () => {
    await system.deliver("bookings", somebodys(1, ada));
    expect(await tried(text.replace("crm: salesforce\n", "crm: salesforce\ncompanies: [98]\n"))).toMatch(
      /would not be written\. No mapping file for salesforce serves company \d+/,
    );
    const { text: page } = await admin.post("/admin/mappings", { file: `${folder}/elsewhere.yaml`, yaml: elsewhere });
    expect(page).toMatch(/Company \d+.* is served by .*salesforce\.yaml: what is below would not be written/);
  });
});

describe("whom a mapping would affect", () => {
  it("is told of all bookings of a person, as a pass sees them [F4]", async () => {
    for (const body of [somebodys(1, ada), again(2)]) await system.deliver("bookings", body);
    const tools = await openTools(system.environment);
    const { set } = tools.mappings.current();
    const after = withMappingText(set, text.replace("}} bookings", "}} visits"), `${folder}/salesforce.yaml`);
    const { groups } = await measureImpact(keptStates(tools, "salesforce", set, after), "salesforce", set, after);
    await tools.close();
    const [example] = groups[0]?.examples ?? [];
    expect(example?.difference.change).toMatchObject({ before: "2 bookings", after: "2 visits" });
  });
});

describe("a mapping that would not be put into force", () => {
  it("is refused beside a file for the same companies, and for a CRM that there is not [F5]", async () => {
    expect(await tried(text.replace("crm: salesforce\n", "crm: salesforce\ncompanies: [99]\n"))).toMatch(
      /1 mistake .*Would not be put into force .*elsewhere\.yaml already maps salesforce for company 99/,
    );
    expect(await tried(text.replace("crm: salesforce\n", "crm: salesfarce\n"))).toMatch(
      /does not write to a CRM named `salesfarce`; write `salesforce`/,
    );
  });
});

describe("the question what became of a booking", () => {
  it("says that an answer would delete its record, where the mapping does [D2]", async () => {
    await system.deliver("bookings", twoBookings());
    await system.deliver("cancellations", twoBookings());
    const { text: page } = await admin.get("/admin/held/salesforce/11610441");
    expect(page).toMatch(/Cancelled would delete the record in the CRM \(Event\)/);
    expect(await tried(text, { sample: "11610441" })).toMatch(/booking \d+ waits for a person to decide about it/);
  });
});
