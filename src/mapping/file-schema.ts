/** The shape of a mapping file, with the words an editor shows while somebody types. */
import { z } from "zod";
import { isCountry, isCurrency } from "./codes.ts";
import { defaultWrite, expression, owner, scalar } from "./field-schema.ts";
import { companies, lookUp, section, sectionOfEither } from "./section-schema.ts";

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
      owner: owner
        .optional()
        .describe("`owner` of all fields and links for which neither they nor their section say it."),
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
