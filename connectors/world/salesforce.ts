/** What a Salesforce org can be. */
import { z } from "zod";
import { fact, paths } from "./fact.ts";

const duplicateRule = z.strictObject({
  action: z.enum(["alert", "block"]),
  by: z.enum(["Email", "LastName"]),
  edits: z.boolean(),
  matches: z.enum(["error", "row", "nowhere"]),
});

const known = z.strictObject({
  badInput: fact(z.enum(["row", "call"])),
  rollsBack: fact(z.boolean()),
  namesDuplicates: fact(z.boolean()),
  duplicateRule: fact(z.union([z.literal("none"), duplicateRule])),
  picklists: fact(z.boolean()),
  personAccounts: fact(z.boolean()),
  rotatesRefreshTokens: fact(z.boolean()),
  maintenanceEvery: fact(z.int().positive()),
  triggerLimits: fact(z.record(z.string().regex(/^\w+$/), z.int().positive())),
  limitsForbidden: fact(z.boolean()),
  dailyLimit: fact(z.int().positive()),
  hiddenObjects: fact(z.array(z.string().regex(/^\w+$/)).max(50)),
  hiddenFields: fact(paths),
  readOnlyFields: fact(paths),
  notUnique: fact(paths),
  alsoUnique: fact(paths),
  activityPermissions: fact(z.enum(["Activity", "Event"])),
  mayModifyMetadata: fact(z.boolean()),
});

/** Those of the service's own choice, or of no matter to it, which a sandbox does not play. */
const told = z.strictObject({
  apiVersion: fact(z.string().regex(/^\d{2,3}\.0$/)),
  timeZone: fact(z.string().regex(/^[\w/+-]+$/)),
});

export const salesforceFacts = z.strictObject({ ...known.shape, ...told.shape });
export type SalesforceFacts = z.infer<typeof salesforceFacts>;
