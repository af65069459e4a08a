/** The shape of a section of a mapping file, which writes or finds. */
import { z } from "zod";
import { defaultWrite, expression, fields, owner, scalar } from "./field-schema.ts";

const linkTo = z
  .strictObject({
    to: z.string().min(1).describe("The other section."),
    by: z
      .union([z.string().min(1), z.number()])
      .optional()
      .describe("A Salesforce lookup field, a HubSpot association type."),
    label: z.string().min(1).optional().describe("HubSpot: the association label, by the name that people see."),
    owner: owner
      .optional()
      .describe(
        "What becomes of a link of ours that somebody took away or led elsewhere: `bookingbug` (written back), `crm` (left), " +
          "`report` (default: told).",
      ),
  })
  .refine(({ by, label }) => (by === undefined) !== (label === undefined), {
    error: "expected either `by` or `label` beside `to`",
    when: ({ issues }) => issues.length === 0,
  });

const links = z.union([z.record(z.string(), z.union([z.string(), z.number()])), z.array(linkTo).min(1)]);

const COMPANY_ID = { error: "expected BookingBug's id of the company, which is a number, such as 37000" };
export const companies = z.array(z.union([z.string().regex(/^\d+$/, COMPANY_ID), z.int().min(0)], COMPANY_ID)).min(1);

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
  moved: z
    .enum(["keep", "new_record"], {
      error:
        "expected keep or new_record; fields for a booking that was moved stand below `on: rescheduled`, further in",
    })
    .optional()
    .describe(
      "When the booking is moved to another time: `keep` its record (default), or leave that one cancelled and write a " +
        "`new_record`; the external id then has the time behind the booking's id.",
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
  owner: owner.optional().describe("`owner` of this section's fields and links that do not say it themselves."),
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

export type SectionFile = z.infer<typeof section>;
export type LookUpFile = z.infer<typeof lookUp>;
export type LinksFile = z.infer<typeof links>;
export type WayFile = z.infer<typeof way>;
