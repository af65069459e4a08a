/** A company whose bookings are other objects than everybody else's, by mapping files of its own. */
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { readMappings } from "../../src/mapping/loader.ts";
import type { MappingText } from "../../src/mapping/parse-all.ts";

export const HOME_COMPANY = 50666;
export const BRANCH_COMPANY = 99;

/** A booking's status, as the branch calls it. */
export const BRANCH_STATUSES = { booked: "Booked", rescheduled: "Moved", cancelled: "Cancelled" } as const;

const STATUSES = `tables:\n  branch_status: ${JSON.stringify(BRANCH_STATUSES)}\n`;

const APPOINTMENTS: Readonly<Record<string, string>> = {
  salesforce: `  appointment:
    object: Booking__c
    per: booking
    external_id: { BB_Booking_Id__c: booking.id }
    links: { contact: Contact__c }
    fields:
      Name: booking.service_name
      Start__c: booking.start_at
      End__c: booking.end_at
      Status__c: 'booking.status | lookup: "branch_status"'
`,
  hubspot: `  appointment:
    object: appointments
    per: booking
    external_id: { bookingbug_booking_id: booking.id }
    links: { contact: 906 }
    fields:
      hs_appointment_name: booking.service_name
      hs_appointment_start: booking.start_at
      hs_appointment_end: booking.end_at
      bookingbug_status: 'booking.status | lookup: "branch_status"'
`,
};

/** @returns a folder with the default mappings and the branch's */
export async function mappingsWithBranch(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "mappings-"));
  const defaults = await readMappings("mappings");
  for (const { file, text } of [...defaults, ...defaults.map(branchOf)])
    await writeFile(join(folder, basename(file)), text);
  return folder;
}

/** The branch's file: the same people as everybody else's. */
function branchOf({ file, text }: MappingText): MappingText {
  const crm = /^crm: (\w+)$/m.exec(text)?.[1] ?? "";
  const people = text.slice(text.indexOf("\nobjects:\n") + 1, text.indexOf("  appointment:\n"));
  const defaults = /^defaults:\n(?: .*\n)+/m.exec(text)?.[0];
  return {
    file: file.replace(".yaml", "-branch.yaml"),
    text: [`companies: ["${BRANCH_COMPANY}"]\ncrm: ${crm}\n`, defaults, STATUSES, people, APPOINTMENTS[crm]].join(""),
  };
}
