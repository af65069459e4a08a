/** What a HubSpot account can be. */
import { z } from "zod";
import { fact, paths } from "./fact.ts";

const known = z.strictObject({
  batchFailure: fact(z.enum(["multi_status", "whole"])),
  errorNames: fact(z.enum(["trace_id", "id", "nothing"])),
  resultNames: fact(z.enum(["trace_id", "properties", "both"])),
  resultOrder: fact(z.enum(["as_sent", "reversed"])),
  missing: fact(z.enum(["multi_status", "left_out", "not_found"])),
  mergedIds: fact(z.enum(["redirect", "not_found", "left_out"])),
  searchLagMs: fact(z.int().min(0).max(60_000)),
  uniqueMeetings: fact(z.boolean()),
  appointments: fact(z.boolean()),
  appointmentStatus: fact(z.boolean()),
  datedProperties: fact(z.boolean()),
  alsoUnique: fact(paths),
  withoutProperties: fact(paths),
  withoutScopes: fact(z.array(z.string().regex(/^[a-z0-9_.-]+$/)).max(50)),
  dailyLimit: fact(z.int().positive()),
  tenSecondLimit: fact(z.int().positive()),
});

/** Those of the service's own choice, or of no matter to it, which a sandbox does not play. */
const told = z.strictObject({
  apiVersion: fact(z.string().regex(/^(\d{4}-\d{2}|v3)$/)),
  timeZone: fact(z.string().regex(/^[\w/+-]+$/)),
});

export const hubspotFacts = z.strictObject({ ...known.shape, ...told.shape });
export type HubspotFacts = z.infer<typeof hubspotFacts>;
