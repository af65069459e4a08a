/** The fields of the make-believe org: standard ones as in the "Object Reference", and those of the default mapping. */

export type FieldType =
  | { readonly type: "string" | "email" | "phone" | "textarea" | "combobox"; readonly length: number }
  | { readonly type: "picklist"; readonly values: readonly string[]; readonly restricted: boolean }
  | { readonly type: "datetime" | "double" | "boolean" | "int" }
  | { readonly type: "reference"; readonly to: readonly string[] };

export interface Field {
  readonly type: FieldType;
  readonly required?: true;
  readonly unique?: true;
  readonly readOnly?: true;
}

export type Fields = Record<string, Field>;

const text = (length: number): Field => ({ type: { type: "string", length } });
const key = (length: number): Field => ({ type: { type: "string", length }, unique: true });
const phone: Field = { type: { type: "phone", length: 40 } };
const email: Field = { type: { type: "email", length: 80 } };
const datetime: Field = { type: { type: "datetime" } };
const number: Field = { type: { type: "double" } };
const boolean: Field = { type: { type: "boolean" } };
const to = (...objects: string[]): Field => ({ type: { type: "reference", to: objects } });

const person = (): Fields => ({
  FirstName: text(40),
  LastName: { ...text(80), required: true },
  Name: { ...text(121), readOnly: true },
  Email: email,
  Phone: phone,
  MobilePhone: phone,
  HomePhone: phone,
  Title: text(128),
  Description: { type: { type: "textarea", length: 32_000 } },
  BB_Id__c: key(64),
});

export function createSchema(): Record<string, Fields> {
  return {
    Contact: {
      ...person(),
      AccountId: to("Account"),
      MailingStreet: { type: { type: "textarea", length: 255 } },
      MailingCity: text(40),
      MailingState: text(80),
      MailingPostalCode: text(20),
      MailingCountry: text(80),
      LeadSource: { type: { type: "picklist", values: ["Web", "Phone", "Other"], restricted: false } },
    },
    Lead: {
      ...person(),
      Company: { ...text(255), required: true },
      Status: { type: { type: "picklist", values: ["Open", "Working", "Closed"], restricted: false } },
    },
    Account: { Name: { ...text(255), required: true }, Phone: phone, BB_Id__c: key(64) },
    User: { Name: { ...text(121), readOnly: true }, Email: email },
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
      WhatId: to("Account"),
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
  User: "005",
  Event: "00U",
};
