/** What the sandbox's CRMs hold, in the demo's own words. */
import { z } from "zod";
import type { ExpectedAppointment } from "./demo-notifications.ts";

export interface CrmView {
  readonly name: string;
  readonly people: readonly string[];
  readonly appointments: readonly AppointmentView[];
}

interface AppointmentView {
  readonly title: string;
  readonly status: string;
  /** The CRM's own field that shows the status to its users. */
  readonly shownAs: string;
  readonly start: Date | undefined;
  readonly movedFrom: Date | undefined;
}

interface CrmFields {
  readonly name: string;
  readonly person: { readonly first: string; readonly last: string; readonly email: string };
  readonly appointment: {
    readonly title: string;
    readonly status: string;
    readonly shownAs: string;
    readonly start: string;
    readonly movedFrom: string;
  };
}

/** The fields that the default mappings write. */
const FIELDS: Readonly<Record<"salesforce" | "hubspot", CrmFields>> = {
  salesforce: {
    name: "Salesforce",
    person: { first: "FirstName", last: "LastName", email: "Email" },
    appointment: {
      title: "Subject",
      status: "BB_Status__c",
      shownAs: "ShowAs",
      start: "StartDateTime",
      movedFrom: "BB_Previous_Start__c",
    },
  },
  hubspot: {
    name: "HubSpot",
    person: { first: "firstname", last: "lastname", email: "email" },
    appointment: {
      title: "hs_meeting_title",
      status: "bookingbug_status",
      shownAs: "hs_meeting_outcome",
      start: "hs_meeting_start_time",
      movedFrom: "bookingbug_previous_start",
    },
  },
};

const records = z.array(z.object({ values: z.record(z.string(), z.unknown()) }));
const crmState = z.object({ contacts: records, appointments: records });
const stateSchema = z.object({ salesforce: crmState, hubspot: crmState });

/** @param sandbox the sandbox's URL */
export async function readCrms(sandbox: string): Promise<readonly CrmView[]> {
  const response = await fetch(`${sandbox}/_control/state`);
  const state = stateSchema.parse(await response.json());
  return [view(FIELDS.salesforce, state.salesforce), view(FIELDS.hubspot, state.hubspot)];
}

function view({ name, person, appointment }: CrmFields, state: z.infer<typeof crmState>): CrmView {
  return {
    name,
    people: state.contacts.map(
      ({ values }) => `${text(values[person.first])} ${text(values[person.last])} <${text(values[person.email])}>`,
    ),
    appointments: state.appointments.map(({ values }) => ({
      title: text(values[appointment.title]),
      status: text(values[appointment.status]),
      shownAs: text(values[appointment.shownAs]),
      start: time(values[appointment.start]),
      movedFrom: time(values[appointment.movedFrom]),
    })),
  };
}

function text(value: unknown): string {
  return value === undefined || value === null ? "" : String(value);
}

function time(value: unknown): Date | undefined {
  return text(value) === "" ? undefined : new Date(text(value));
}

/** Whether a CRM holds exactly these appointments, each of a person of its own. */
export function isAsExpected({ people, appointments }: CrmView, expected: readonly ExpectedAppointment[]): boolean {
  const isHeld = ({ status, start, movedFrom }: ExpectedAppointment): boolean =>
    appointments.some(
      (one) =>
        one.status === status &&
        one.start?.getTime() === start.getTime() &&
        one.movedFrom?.getTime() === movedFrom?.getTime(),
    );
  return people.length === expected.length && appointments.length === expected.length && expected.every(isHeld);
}

/** @returns the lines that show a CRM's contacts and appointments, times in `timeZone` */
export function describeCrm({ people, appointments }: CrmView, timeZone: string): string[] {
  const format = new Intl.DateTimeFormat("en-GB", {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    timeZone,
  });
  const inZone = (date: Date): string => `${format.format(date)} (${timeZone})`;
  const rows = [
    ...people.map((person) => ["contact", person]),
    ...appointments.flatMap(({ title, status, shownAs, start, movedFrom }) => [
      ["appointment", title],
      ...(start ? [["  starts", inZone(start)]] : []),
      ...(movedFrom ? [["  moved from", inZone(movedFrom)]] : []),
      ["  status", `${status} (shown to users as ${shownAs})`],
    ]),
  ];
  return rows.map(([label = "", value]) => `${label.padEnd(13)} ${value}`);
}
