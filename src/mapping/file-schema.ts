/** The shape of a mapping file, with the words an editor shows while somebody types. */
import { z } from "zod";

const scalar = z.union([z.string(), z.number(), z.boolean()]);

const expression = z
  .string()
  .min(1)
  .describe("A Liquid expression, such as `client.first_name`, or a text with {{ }} in it.");

const detailedField = z.strictObject({
  value: scalar.optional().describe("A Liquid expression or text template; a number or yes/no is taken as it is."),
  constant: scalar.optional().describe("Exactly this value; use it for fixed texts."),
  otherwise: expression
    .optional()
    .describe("Used when `value` is blank, and only when the record is created, so that it never overwrites."),
  write: z
    .enum(["always", "when_empty", "on_create"])
    .optional()
    .describe("`always` (default), `when_empty`: only while the CRM's field is empty, `on_create`: only at creation."),
  blank: z
    .enum(["keep", "clear"])
    .optional()
    .describe("What a blank value does to the CRM's field: `keep` (default) leaves it, `clear` empties it."),
});

const field = z.union([scalar, detailedField], {
  error: "expected an expression, a number, true or false, or a block with `value` or `constant`",
});

const fields = z.record(z.string(), field);

const section = z.strictObject({
  object: z.string().min(1).describe("The CRM's name for the object, e.g. `Contact` or `meetings`."),
  per: z.enum(["person", "company", "booking"]).describe("One record per person, per company, or per booking."),
  external_id: z
    .record(z.string(), expression)
    .refine((value) => Object.keys(value).length === 1, { error: "expected exactly one field" })
    .describe("The CRM's unique field that holds our id, and the id: `BB_Id__c: client.id`."),
  match: z
    .array(z.string())
    .optional()
    .describe("Further fields by which an existing record is recognised and adopted."),
  several: z
    .enum(["hold", "oldest", "newest"])
    .optional()
    .describe("When several records match: `hold` (default) for a person to decide, or take the `oldest` or `newest`."),
  deleted: z
    .enum(["recreate", "report"])
    .optional()
    .describe("When the record was deleted in the CRM: `recreate` it (default) or `report` a failure."),
  when: expression.optional().describe("The record is only written while this expression is true."),
  links: z
    .record(z.string(), z.union([z.string(), z.number()]))
    .optional()
    .describe(
      "Other sections this record points to, and by what: a Salesforce lookup field, a HubSpot association type.",
    ),
  fields: fields.describe("The CRM's fields and what to write into them."),
  on: z
    .strictObject({
      created: fields.optional(),
      updated: fields.optional(),
      rescheduled: fields.optional(),
      cancelled: fields.optional(),
    })
    .optional()
    .describe("Fields that take the place of those above after such a change. For `per: booking` only."),
});

export const mappingFile = z.strictObject({
  crm: z.string().min(1).describe("The CRM this file is for: `salesforce` or `hubspot`."),
  companies: z
    .array(z.union([z.string(), z.number()]))
    .optional()
    .describe("BookingBug company ids this file is for. The file without them serves all others."),
  defaults: z
    .strictObject({
      currency: z
        .string()
        .regex(/^[A-Z]{3}$/, { error: "expected an ISO 4217 code such as GBP" })
        .optional()
        .describe("BookingBug sends amounts without a currency."),
      country: z
        .string()
        .regex(/^[A-Z]{2}$/, { error: "expected an ISO 3166 code such as GB" })
        .optional()
        .describe("For telephone numbers without a prefix."),
    })
    .optional(),
  tables: z
    .record(z.string(), z.record(z.string(), scalar))
    .optional()
    .describe('Translations of values, used as `booking.status | lookup: "outcome"`.'),
  objects: z.record(z.string(), section).describe("The records to write; each section has a name of your choice."),
});

export type MappingFile = z.infer<typeof mappingFile>;
export type SectionFile = MappingFile["objects"][string];
export type FieldFile = z.infer<typeof field>;
