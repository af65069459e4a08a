/** A world as `doctor --record` writes it and the sandbox plays it: facts alone, no record, no id, no address and no secret. */
import { z } from "zod";
import { hubspotFacts } from "./hubspot.ts";
import { salesforceFacts } from "./salesforce.ts";

export const worldFile = z.strictObject({
  format: z.literal(1),
  recorded: z.iso.date(),
  worlds: z.strictObject({ salesforce: salesforceFacts.optional(), hubspot: hubspotFacts.optional() }),
});
export type WorldFile = z.infer<typeof worldFile>;
