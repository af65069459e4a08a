/** The fields of the make-believe org: standard ones as in the "Object Reference", and those of the default mapping. */

export type FieldType =
  | { readonly type: "string" | "email" | "phone" | "textarea" | "combobox"; readonly length: number }
  | {
      readonly type: "picklist";
      readonly values: readonly string[];
      readonly restricted: boolean;
      /** One for each value, where they differ. */
      readonly labels?: readonly string[];
      /** Of a state or country, which is refused in words of its own. */
      readonly codes?: true;
    }
  | { readonly type: "datetime" | "double" | "boolean" | "int" }
  | { readonly type: "reference"; readonly to: readonly string[] };

export interface Field {
  readonly type: FieldType;
  readonly required?: true;
  readonly unique?: true;
  readonly readOnly?: true;
  /** Can be set when a record is created and never after. */
  readonly createOnly?: true;
}

export type Fields = Record<string, Field>;

/** Why a row is refused. */
export interface RowError {
  readonly code: string;
  readonly message: string;
  readonly fields: readonly string[];
  /** What a duplicate rule has found. */
  readonly duplicates?: unknown;
}

const text = (length: number): Field => ({ type: { type: "string", length } });
const key = (length: number): Field => ({ type: { type: "string", length }, unique: true });
const phone: Field = { type: { type: "phone", length: 40 } };
const email: Field = { type: { type: "email", length: 80 } };
const datetime: Field = { type: { type: "datetime" } };
const number: Field = { type: { type: "double" } };
const boolean: Field = { type: { type: "boolean" } };
const to = (...objects: string[]): Field => ({ type: { type: "reference", to: objects } });

/** "Object Reference": where a merge has put a record into the recycle bin, the record that is left. */
const bin: Fields = { IsDeleted: { ...boolean, readOnly: true }, MasterRecordId: { ...text(18), readOnly: true } };

const person = (): Fields => ({
  FirstName: text(40),
  LastName: { ...text(80), required: true },
  Name: { ...text(121), readOnly: true },
  Email: email,
  Phone: phone,
  MobilePhone: phone,
  HomePhone: phone,
  Title: text(128),
  OwnerId: to("User"),
  CreatedDate: { ...datetime, readOnly: true },
  LastActivityDate: { ...datetime, readOnly: true },
  Description: { type: { type: "textarea", length: 32_000 } },
  BB_Id__c: key(64),
  ...bin,
});

const address = (prefix: string): Fields => ({
  [`${prefix}Street`]: { type: { type: "textarea", length: 255 } },
  [`${prefix}City`]: text(40),
  [`${prefix}State`]: text(80),
  [`${prefix}PostalCode`]: text(20),
  [`${prefix}Country`]: text(80),
});

export function createSchema(): Record<string, Fields> {
  return {
    Contact: {
      ...person(),
      AccountId: to("Account"),
      ...address("Mailing"),
      LeadSource: { type: { type: "picklist", values: ["Web", "Phone", "Other"], restricted: false } },
    },
    Lead: {
      ...person(),
      ...address(""),
      Company: { ...text(255), required: true },
      LeadSource: { type: { type: "picklist", values: ["Web", "Phone", "Other"], restricted: false } },
      Status: { type: { type: "picklist", values: ["Open", "Working", "Closed"], restricted: false } },
      IsConverted: { ...boolean, readOnly: true },
      ConvertedContactId: { ...to("Contact"), readOnly: true },
    },
    Account: {
      // A Person Account's name is its person's: "Person Account Fields". Either a Name or a LastName makes an account.
      Name: text(255),
      Website: text(255),
      FirstName: text(40),
      LastName: text(80),
      PersonEmail: email,
      PersonMobilePhone: phone,
      Phone: phone,
      ...address("PersonMailing"),
      IsPersonAccount: { ...boolean, readOnly: true },
      BB_Id__c: key(64),
      ...bin,
    },
    ServiceAppointment: {
      ParentRecordId: { ...to("Account"), required: true, createOnly: true },
      ContactId: to("Contact"),
      Subject: text(255),
      Description: { type: { type: "textarea", length: 32_000 } },
      Status: {
        type: {
          type: "picklist",
          values: ["None", "Scheduled", "Dispatched", "In Progress", "Completed", "Cannot Complete", "Canceled"],
          restricted: true,
        },
        required: true,
      },
      StatusCategory: { ...text(40), readOnly: true },
      EarliestStartTime: { ...datetime, required: true },
      DueDate: { ...datetime, required: true },
      SchedStartTime: datetime,
      SchedEndTime: datetime,
      City: text(40),
      Street: { type: { type: "textarea", length: 255 } },
      PostalCode: text(20),
      BB_Booking_Id__c: key(64),
    },
    Booking__c: {
      Name: text(80),
      Contact__c: to("Contact"),
      Attendee__c: to("Contact"),
      Start__c: datetime,
      End__c: datetime,
      Service__c: text(255),
      Staff__c: text(255),
      Status__c: {
        type: { type: "picklist", values: ["Booked", "Moved", "Attended", "No show", "Cancelled"], restricted: true },
      },
      Times_Moved__c: number,
      Price__c: number,
      Cancelled_At__c: datetime,
      BB_Booking_Id__c: key(64),
    },
    PermissionSet: { Name: text(80), Label: text(80) },
    PermissionSetAssignment: { AssigneeId: text(18), PermissionSetId: to("PermissionSet") },
    User: { Name: { ...text(121), readOnly: true }, Email: email, IsActive: boolean },
    Opportunity: { Name: text(120), ContactId: to("Contact"), AccountId: to("Account"), IsClosed: boolean },
    // "EventRelation", of an org without Shared Activities: who is invited, and nothing that says as what.
    EventRelation: {
      EventId: { ...to("Event"), required: true, createOnly: true },
      RelationId: { ...to("Contact", "Lead", "User"), required: true, createOnly: true },
      Status: { type: { type: "picklist", values: ["New", "Accepted", "Declined"], restricted: false } },
    },
    Event: {
      Subject: { type: { type: "combobox", length: 255 } },
      StartDateTime: datetime,
      EndDateTime: datetime,
      ActivityDateTime: datetime,
      DurationInMinutes: { type: { type: "int" } },
      IsAllDayEvent: boolean,
      Location: text(255),
      Description: { type: { type: "textarea", length: 32_000 } },
      ShowAs: { type: { type: "picklist", values: ["Busy", "OutOfOffice", "Free"], restricted: true } },
      WhoId: to("Contact", "Lead"),
      WhatId: to("Account", "Opportunity"),
      OwnerId: to("User"),
      BB_Booking_Id__c: key(64),
      BB_Status__c: text(40),
      BB_Previous_Start__c: datetime,
      BB_Cancelled_At__c: datetime,
      BB_Reschedule_Count__c: number,
      BB_Service__c: text(255),
      BB_Staff__c: text(255),
      BB_Resource__c: text(255),
      BB_Company_Id__c: text(40),
      BB_Purchase_Id__c: text(40),
      BB_Price__c: number,
      BB_Paid__c: number,
      BB_Time_Zone__c: text(64),
    },
  };
}

/** First characters of an object's record ids. */
export const KEY_PREFIXES: Readonly<Record<string, string>> = {
  Contact: "003",
  Lead: "00Q",
  Account: "001",
  PermissionSet: "0PS",
  PermissionSetAssignment: "0Pa",
  User: "005",
  Opportunity: "006",
  Event: "00U",
  EventRelation: "0RE",
  ServiceAppointment: "08p",
  Booking__c: "a01",
};
