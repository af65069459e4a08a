/** What a look at a CRM's schema found, for whoever tells of it. */
import type { SchemaChange } from "../../src/mapping/schema-issue.ts";
import type { SchemaLook } from "../../src/stats/schema-seen.ts";

export function aSchemaChange(change: Partial<SchemaChange> = {}): SchemaChange {
  return {
    ...{ kind: "shorter", object: "Event", field: "BB_Service__c", before: "255 characters", now: "40 characters" },
    next: ["cut it"],
    places: [{ file: "salesforce.yaml", line: 62, column: 22, excerpt: "BB_Service__c: booking.service_name" }],
    since: "2026-11-26T02:00:00.000Z",
    versions: "1",
    ...change,
  };
}

export function aSchemaLook(look: Partial<SchemaLook> = {}): SchemaLook {
  return { at: "2026-11-26T02:00:00.000Z", versions: "1", issues: [aSchemaChange()], ...look };
}
