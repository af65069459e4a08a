/** The shape of a field in a mapping file, with the words an editor shows while somebody types. */
import { z } from "zod";
import { OWNERS } from "./plan.ts";

export const scalar = z.union([z.string(), z.number(), z.boolean()]);

export const expression = z
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

export const owner = z.enum(OWNERS);

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
  owner: owner
    .optional()
    .describe(
      "Whose word counts once somebody edited the field in the CRM: `bookingbug` (written back), `crm` (left for good), `ask` " +
        "(a person decides), `report` (default: told, and written over when our value changes).",
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

export const fields = z.record(z.string(), field);

export const defaultWrite = z.enum(["always", "when_empty", "on_create", "unless_edited"], {
  error:
    "expected always, when_empty, on_create or unless_edited; `forward` is for single fields, since it needs an order",
});

export type FieldFile = z.infer<typeof field>;
export type DetailedField = z.infer<typeof detailedField>;
export type CreateAs = z.infer<typeof createAs>;
