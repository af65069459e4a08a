/** What the cases need: a connector, its CRM's peer and what things are called there, and the little of a test runner. */
import type { Connector, FieldValues, Link } from "../connector.ts";

/** When and by whom something is done in the peer. */
export interface Stamp {
  readonly at?: Date;
  readonly by?: string | undefined;
}

/** What a CRM tells of who edited what, and how its peer is edited. */
export interface Telling {
  /** Whether it tells of each field or only of the record. */
  readonly by: "field" | "record";
  /** Who edits by hand, as the CRM says it. */
  readonly person: string;
  /** A moment as the CRM keeps it. */
  readonly at: (moment: Date) => string;
  /** Whether it can be told what we wrote from what other apps did. */
  readonly knowsItself: boolean;
  /** Most records in one call that asks for it. */
  readonly batchSize: number;
  readonly tellsDeleted: boolean;
  readonly tellsUnlinked: boolean;
  /** As a person does, or another that is named, or we ourselves (`by: undefined`). */
  edit(object: string, id: string, values: Readonly<Record<string, unknown>>, stamp?: Stamp): void;
  unlink(object: string, id: string, otherId: string): void;
}

/** How a CRM's peer is used and looked at. */
export interface Harness {
  readonly connector: Connector;
  /** Another one to the same peer, whose requests are given up after a tenth of a second or two. */
  readonly impatient: Connector;
  readonly contact: { readonly object: string; readonly key: string; readonly email: string; readonly name: string };
  readonly appointment: {
    readonly object: string;
    readonly key: string;
    readonly title: string;
    readonly start: string;
    readonly end: string;
    /** Most characters the title holds. */
    readonly titleLength: number;
  };
  /** Where it tells of edits. */
  readonly edits?: Telling;
  /** Most records in one call. */
  readonly batchSize: number;
  /** Values without which no appointment can be created. */
  readonly appointmentBasics: FieldValues;
  /** A value that the CRM refuses, alone or among others. */
  readonly badAppointment: FieldValues;
  /** Whether the CRM says of such a value which field it stands in. */
  readonly namesRefused: boolean;
  /** An address of a contact that the CRM refuses, where it has lists of its own of what an address may say. */
  readonly badAddress?: FieldValues;
  /** What says that an appointment is cancelled. */
  readonly cancelled: FieldValues;
  /** What a second contact of one e-mail comes to. */
  readonly twin: "created" | "duplicate" | "rejected";
  /** Whether refused credentials are renewed by themselves; else they stay refused until somebody sees to it. */
  readonly renewsCredentials: boolean;
  /** Whether the CRM leads from a record that was merged away to the one that is left. */
  readonly mergedLeadOn?: boolean;
  link(contactId: string): Link;
  records(object: string): readonly { readonly id: string; readonly values: Readonly<Record<string, unknown>> }[];
  /** Ids of the contacts an appointment is linked to. */
  linked(appointmentId: string): readonly string[];
  seed(object: string, values: Readonly<Record<string, unknown>>): string;
  remove(object: string, id: string, stamp?: Stamp): void;
  merge(object: string, survivorId: string, otherId: string): void;
  /** Requests that succeeded so far, but for signing in. */
  calls(): number;
  /** The next matching requests go wrong. */
  fail(fault: Fault, times?: number): void;
  /** Id of a record that its CRM keeps and lets nobody write any more, where it has such a thing. */
  frozen?(): { readonly object: string; readonly id: string; readonly field: string };
  /** A record that somebody converted, so that nothing is written to it any more, and the contact that it became. */
  converted?(): { readonly object: string; readonly id: string; readonly field: string; readonly becameId: string };
}

export type Fault =
  | "timeout_before"
  | "timeout_after"
  | "reset_before"
  | "reset_after"
  | "unavailable"
  | "html_error"
  | "slow"
  | "rate_limit"
  | "daily_limit"
  | "absence"
  | "busy"
  | "lock"
  | "expired_token"
  | "refused_credentials"
  | "silent";

export interface Case {
  readonly name: string;
  /** Whether the case has a meaning for this CRM; for all when absent. */
  readonly appliesTo?: (harness: Harness) => boolean;
  run(harness: Harness, check: Check): Promise<void>;
}

/** The little the cases need of a test runner. */
export interface Check {
  equal(actual: unknown, expected: unknown): void;
  /** @returns the error the promise rejects with, which must be of this kind */
  rejects(promise: Promise<unknown>, kind: string): Promise<Error>;
}

export const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

export const upsertContact = (h: Harness, value: string, values: FieldValues = {}, connector = h.connector) =>
  connector.save({
    object: h.contact.object,
    target: { by: "external_id", field: h.contact.key, value, expect: "new" },
    values: { [h.contact.name]: "Silva", [h.contact.email]: `${value.replace(/\W/g, "")}@example.com`, ...values },
    links: [],
  });

export const upsertAppointment = (
  h: Harness,
  value: string,
  values: FieldValues = {},
  links: readonly Link[] = [],
  expect: "new" | "unknown" = "new",
  connector = h.connector,
) =>
  connector.save({
    object: h.appointment.object,
    target: { by: "external_id", field: h.appointment.key, value, expect },
    values: { ...h.appointmentBasics, [h.appointment.title]: "Visit", ...values },
    links,
  });

export const updateAppointment = (
  h: Harness,
  id: string,
  values: FieldValues,
  links: readonly Link[] = [],
  unlink: readonly Link[] = [],
) => h.connector.save({ object: h.appointment.object, target: { by: "id", id }, values, links, unlink });

export const updateContact = (h: Harness, id: string, values: FieldValues) =>
  h.connector.save({ object: h.contact.object, target: { by: "id", id }, values, links: [] });

/** Somebody who has no id. */
export const createByEmail = (h: Harness, email: string, connector = h.connector) =>
  connector.save({
    object: h.contact.object,
    target: { by: "match", field: h.contact.email, value: email },
    values: { [h.contact.name]: "Silva" },
    links: [],
  });

export const findByEmail = (h: Harness, email: string, connector = h.connector) =>
  connector.find({ object: h.contact.object, by: { field: h.contact.email, value: email }, select: [h.contact.key] });

/** Which of the promises were rejected. */
export async function rejected(promises: readonly Promise<unknown>[]): Promise<number[]> {
  const results = await Promise.allSettled(promises);
  return results.flatMap(({ status }, index) => (status === "rejected" ? [index] : []));
}
