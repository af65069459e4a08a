/** What somebody asks to be done to many: an action, and a filter that says to which. It holds no personal data. */
import { z } from "zod";
import { BOOKING_VERDICTS } from "../booking/types.ts";

/** A company or service of BookingBug's. */
const id = z.string().regex(/^\d{1,20}$/, "an id is a number");
const listed = { crm: z.string(), cause: z.string().max(100).optional() };

/** What a form may ask for by its fields alone. */
export const actingRequest = z.discriminatedUnion("action", [
  /** What is on the failed list of a CRM, of one cause or of all. */
  z.object({ action: z.literal("retry"), ...listed }),
  z.object({ action: z.literal("dismiss"), ...listed, reason: z.string().min(1).max(200) }),
  /** The same answer to each booking that its purchases ask about. */
  z.object({ action: z.literal("decide"), crm: z.string(), cause: z.string(), verdict: z.enum(BOOKING_VERDICTS) }),
  z.object({
    action: z.literal("run_again"),
    /** In all CRMs when absent. */
    crm: z.string().optional(),
    /** ISO UTC: purchases whose newest notification came from then on, and before `to`. */
    from: z.iso.datetime(),
    to: z.iso.datetime(),
    company: id.optional(),
    service: id.optional(),
    /** Only those that were last brought up to date before then: by another mapping than the one in force. */
    lastRunBefore: z.iso.datetime().optional(),
  }),
  z.object({ action: z.literal("read_again") }),
  z.object({
    action: z.literal("repair_drift"),
    crm: z.string(),
    /** Which plan somebody was shown, as `planDigest` tells it from others. */
    plan: z
      .string()
      .regex(/^[0-9a-f]{16}$/, "no plan is named so")
      .optional(),
  }),
]);
/** Looks, and does nothing: what a mapping file that is not in force would make different. Its text is kept with the job. */
const impact = z.object({ action: z.literal("impact"), crm: z.string(), file: z.string().max(200) });

export const bulkRequest = z.discriminatedUnion("action", [...actingRequest.options, impact]);
export type ActingRequest = z.infer<typeof actingRequest>;
export type ImpactRequest = z.infer<typeof impact>;
export type BulkRequest = z.infer<typeof bulkRequest>;
export type RunAgain = Extract<BulkRequest, { readonly action: "run_again" }>;
export type RepairRequest = Extract<BulkRequest, { readonly action: "repair_drift" }>;
/** What is done to purchases one by one, each brought up to date or taken off a list. */
export type OfPurchases = Exclude<ActingRequest, { readonly action: "read_again" | "repair_drift" }>;

/** What those are that the filter means: the total counts them. */
export function unitOf({ action }: BulkRequest): "purchase" | "delivery" | "record" {
  if (action === "repair_drift") return "record";
  return action === "read_again" ? "delivery" : "purchase";
}

/** Whether the total is the most it can be, because each has to be looked at first. */
export function isUpTo(request: BulkRequest): boolean {
  if (request.action === "impact") return true;
  if (request.action !== "run_again") return false;
  return [request.company, request.service, request.lastRunBefore].some((one) => one !== undefined);
}

/** The filter in a few words each. */
export function filterWords(request: BulkRequest): string[] {
  switch (request.action) {
    case "retry":
    case "dismiss":
    case "decide":
      return [request.crm, request.cause === undefined ? "all that failed" : `cause ${request.cause}`];
    case "run_again":
      return [
        request.crm ?? "every CRM",
        `last heard of from ${minute(request.from)} to ${minute(request.to)}`,
        request.company && `company ${request.company}`,
        request.service && `service ${request.service}`,
        request.lastRunBefore && `not run since ${minute(request.lastRunBefore)}`,
      ].filter((one): one is string => typeof one === "string");
    case "read_again":
      return ["the quarantine"];
    case "repair_drift":
      return [request.crm, "what the mapping says is to be repaired"];
    case "impact":
      return [request.crm, `${request.file} as it was edited`];
  }
}

function minute(iso: string): string {
  return iso.slice(0, "YYYY-MM-DDTHH:MM".length).replace("T", " ");
}
