/** The shape of a mapping file, with the words an editor shows while somebody types. */
import { z } from "zod";
import { isCountry, isCurrency } from "./codes.ts";

const scalar = z.union([z.string(), z.number(), z.boolean()]);

const expression = z
  .string()
  .min(1)
  .describe("A Liquid expression, such as `client.first_name`, or a text with {{ }} in it.");

/** What `provision` makes of a field that the CRM lacks. */
const CREATE_TYPES = [
  "text",
  "long_text",
  "number",
  "checkbox",
  "date",
  "datetime",
  "picklist",
  "email",
  "phone",
  "url",
] as const;

export const createAs = z.strictObject({
  type: z
    .enum(CREATE_TYPES)
    .optional()
    .describe("The kind of field; when left out it is told from the value, and `text` where that cannot be told."),
  label: z.string().min(1).optional().describe("The name people see; when left out it is made of the field's name."),
  length: z.int().min(1).max(131_072).optional().describe("Characters that a text holds; 255 when left out."),
  decimals: z.int().min(0).max(8).optional().describe("Digits after the point of a number; 2 when left out."),
  options: z.array(z.string().min(1)).min(1).optional().describe("The values of a picklist."),
});

export const detailedField = z.strictObject({
  value: scalar.optional().describe("A Liquid expression or text template; a number or yes/no is taken as it is."),
  constant: scalar.optional().describe("Exactly this value; use it for fixed texts."),
  otherwise: expression
    .optional()
    .describe("Used when `value` is blank, and only when the record is created, so that it never overwrites."),
  write: z
    .enum(["always", "when_empty", "on_create", "unless_edited", "forward"])
    .optional()
    .describe(
      "`always` (default), `when_empty`: only while the CRM's field is empty, `on_create`: only at creation, " +
        "`unless_edited`: until a person changed it in the CRM, `forward`: only further on in `order`.",
    ),
  order: z
    .array(scalar, { error: "expected the values in their order: [lead, opportunity, customer]" })
    .min(2, { error: "expected at least two values, the first one first" })
    .optional()
    .describe("The values of `write: forward`, the first one first; what the CRM holds is never set back in it."),
  blank: z
    .enum(["keep", "clear"])
    .optional()
    .describe("What a blank value does to the CRM's field: `keep` (default) leaves it, `clear` empties it."),
  refused: z
    .enum(["fail", "leave_out"])
    .optional()
    .describe(
      "When the CRM refuses the record for this field's value: `fail` (default), or `leave_out`: write it without the field.",
    ),
  create_as: createAs
    .optional()
    .describe(
      "How `crm-sync provision` creates the field when the CRM lacks it; only needed where its guess is wrong.",
    ),
});

const field = z.union([scalar, detailedField], {
  error: "expected an expression, a number, true or false, or a block with `value` or `constant`",
});

const fields = z.record(z.string(), field);

const defaultWrite = z.enum(["always", "when_empty", "on_create", "unless_edited"], {
  error:
    "expected always, when_empty, on_create or unless_edited; `forward` is for single fields, since it needs an order",
});

const linkTo = z
  .strictObject({
    to: z.string().min(1).describe("The other section."),
    by: z
      .union([z.string().min(1), z.number()])
      .optional()
      .describe("A Salesforce lookup field, a HubSpot association type."),
    label: z.string().min(1).optional().describe("HubSpot: the association label, by the name that people see."),
  })
  .refine(({ by, label }) => (by === undefined) !== (label === undefined), {
    error: "expected either `by` or `label` beside `to`",
    when: ({ issues }) => issues.length === 0,
  });

const links = z.union([z.record(z.string(), z.union([z.string(), z.number()])), z.array(linkTo).min(1)]);

const COMPANY_ID = { error: "expected BookingBug's id of the company, which is a number, such as 37000" };
const companies = z.array(z.union([z.string().regex(/^\d+$/, COMPANY_ID), z.int().min(0)], COMPANY_ID)).min(1);

export const section = z.strictObject({
  object: z.string().min(1).describe("The CRM's name for the object, e.g. `Contact` or `meetings`."),
  per: z
    .enum(["person", "attendee", "company", "purchase", "booking"])
    .describe(
      "One record per person, per attendee (whom a booking is for, where that is not the person), per company, per " +
        "purchase (which may hold several bookings), or per booking.",
    ),
  companies: companies
    .optional()
    .describe("BookingBug company ids whose bookings get this record; every booking's when left out."),
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
  create: z
    .enum(["always", "never"])
    .optional()
    .describe(
      "When nobody matches: `always` (default) creates the record; with `never` it is written only where the CRM has it.",
    ),
  unless: z
    .string()
    .min(1)
    .optional()
    .describe("The section with `create: never` that comes first: this record is written only where that finds none."),
  assign: z
    .boolean()
    .optional()
    .describe(
      "Whether Salesforce's assignment rules give a new lead, case or account its owner; otherwise, and afterwards, they are not run.",
    ),
  duplicate_rules: z
    .enum(["pass", "strict"])
    .optional()
    .describe(
      "When a Salesforce duplicate rule that only alerts speaks up about a new record: `pass` (default) creates it all the " +
        "same, `strict` holds it for a person to pick one of the matches. A rule that blocks always holds it.",
    ),
  converted: z
    .enum(["report", "follow"])
    .optional()
    .describe(
      "When somebody converted the record in the CRM, so that nothing is written to it any more: `report` a failure " +
        "(default), or `follow`: what links to it is linked to the contact it became, whose own fields stay as they are.",
    ),
  cancelled: z
    .enum(["keep", "delete"], {
      error: "expected keep or delete; fields for a cancelled booking stand below `on:`, further in",
    })
    .optional()
    .describe(
      "When the booking is cancelled: `keep` the record (default) and write it as `on: cancelled` says, or `delete` it.",
    ),
  when: expression
    .optional()
    .describe(
      "The record is only written while this expression is true. When it stops being true, a record that was written " +
        "stays as it is: nothing is deleted.",
    ),
  links: links
    .optional()
    .describe(
      "Other sections this record points to, and by what: a Salesforce lookup field, a HubSpot association type. As a list, " +
        "one section may be pointed to several times, and HubSpot's labels go by their names.",
    ),
  write: defaultWrite.optional().describe("`write` of this section's fields that do not say it themselves."),
  fields: fields.describe("The CRM's fields and what to write into them."),
  on: z
    .strictObject({
      created: fields.optional().describe("While the booking is as it was made."),
      updated: fields.optional().describe("Once it was changed, other than by moving it."),
      rescheduled: fields.optional().describe("Once it was moved to another time, place or person."),
      waitlisted: fields.optional().describe("While it is on the waiting list."),
      attended: fields.optional().describe("Once the person was checked in."),
      completed: fields.optional().describe("Once it was marked as completed."),
      no_show: fields.optional().describe("Once it was marked as a no-show."),
      cancelled: fields.optional().describe("Once it was cancelled."),
    })
    .optional()
    .describe(
      "Fields that take the place of those above while a booking is in such a state. For `per: booking` only; the one " +
        "furthest down this list that is true counts: created, updated, rescheduled, waitlisted, attended, completed, " +
        "no_show, cancelled.",
    ),
});

const way = z
  .record(
    z.string(),
    z.union([scalar, z.strictObject({ constant: scalar.describe("Exactly this value.") })], {
      error: "expected an expression, a number, true or false, or { constant: … }",
    }),
  )
  .refine((value) => Object.keys(value).length > 0, { error: "expected at least one field" });

export const lookUp = z.strictObject({
  object: section.shape.object,
  per: z
    .enum(["person", "company", "purchase", "booking"], {
      error: "expected person, company, purchase or booking; nothing is found per attendee",
    })
    .describe("Whose it is: a person's, a company's, a purchase's or a booking's."),
  find: z
    .union([way, z.array(way).min(1, { error: "expected at least one way to find it" })])
    .describe(
      "Fields of a record that is there already, and what they hold: it is found and never made. Of several ways in a list " +
        "the first that finds something counts.",
    ),
  several: z
    .enum(["hold", "oldest", "newest"])
    .optional()
    .describe("When several records are found: `hold` (default) what needs it, or take the `oldest` or `newest`."),
  none: z
    .enum(["skip", "hold", "fail"])
    .optional()
    .describe("When nothing is found: `skip` (default) goes without it, `hold` and `fail` hold up what needs it."),
  otherwise: z
    .union([z.string().min(1), z.number()])
    .optional()
    .describe("The CRM's id of the record to take where `none: skip` finds nothing, such as a default owner."),
  when: expression.optional().describe("It is only looked for while this is true."),
  links: section.shape.links.describe(
    "For a record that is found by the record it points to: that section, and the lookup field; in HubSpot `default`.",
  ),
});

/** A section with `find` finds, any other writes. */
export const sectionOfEither = z
  .unknown()
  .transform((value, context): z.infer<typeof section> | z.infer<typeof lookUp> => {
    const parsed = (isLookUp(value) ? lookUp : section).safeParse(value);
    if (parsed.success) return parsed.data;
    context.issues.push(...(parsed.error.issues as z.core.$ZodRawIssue[]));
    return z.NEVER;
  });

function isLookUp(value: unknown): boolean {
  return typeof value === "object" && value !== null && "find" in value;
}

export const mappingFile = z.strictObject({
  crm: z
    .string()
    .regex(/^[a-z][a-z0-9_-]*$/, { error: "expected the CRM's name in small letters: salesforce or hubspot" })
    .describe("The CRM this file is for: `salesforce` or `hubspot`."),
  companies: companies
    .optional()
    .describe("BookingBug company ids this file is for. The file without them serves all others."),
  when: expression
    .optional()
    .describe("Nothing is written for a booking for which this is not true; what was written before stays as it is."),
  defaults: z
    .strictObject({
      currency: z
        .string()
        .regex(/^[A-Z]{3}$/, { error: "expected an ISO 4217 code such as GBP", abort: true })
        .refine(isCurrency, { error: "there is no such currency; write its ISO 4217 code, such as GBP" })
        .optional()
        .describe("BookingBug sends amounts without a currency."),
      minor_units: z
        .enum(["by_currency", "hundredths"])
        .optional()
        .describe(
          "What `money` takes a number for: `by_currency` (default: 1500 is 15 pounds but 1500 yen), or `hundredths` " +
            "(1500 is 15 of any currency).",
        ),
      country: z
        .string()
        .regex(/^[A-Z]{2}$/, { error: "expected an ISO 3166 code such as GB", abort: true })
        .refine(isCountry, { error: "there is no such country; write its ISO 3166 code, such as GB" })
        .optional()
        .describe("For telephone numbers without a prefix."),
      write: defaultWrite.optional().describe("`write` of all fields for which neither they nor their section say it."),
    })
    .optional()
    .describe("What BookingBug leaves unsaid."),
  tables: z
    .record(z.string(), z.record(z.string(), scalar))
    .optional()
    .describe('Translations of values, used as `booking.status | lookup: "outcome"`.'),
  objects: z
    .record(z.string(), sectionOfEither)
    .describe("The records to write; each section has a name of your choice."),
});

/** The same for editors, who are offered both kinds of section. */
export const mappingFileInEditors = mappingFile.extend({
  objects: z.record(z.string(), z.union([section, lookUp])).describe(mappingFile.shape.objects.description ?? ""),
});

export type MappingFile = z.infer<typeof mappingFile>;
export type SectionFile = z.infer<typeof section>;
export type LookUpFile = z.infer<typeof lookUp>;
export type LinksFile = z.infer<typeof links>;
export type WayFile = z.infer<typeof way>;
export type FieldFile = z.infer<typeof field>;
export type DetailedField = z.infer<typeof detailedField>;
export type CreateAs = z.infer<typeof createAs>;
