/** Where each exchange between a caller and a make-believe CRM can be watched, wherever in this process it was started. */
import { channel } from "node:diagnostics_channel";
import type { SandboxAnswer, SandboxRequest } from "./crm.ts";

export interface Exchange {
  readonly crm: "salesforce" | "hubspot";
  readonly request: SandboxRequest;
  /** None where a fault that was asked for took its place. */
  readonly answer?: SandboxAnswer | undefined;
}

/** Carries every `Exchange`; it costs nothing while nobody subscribes. */
export const exchanges = channel("sandbox.exchange");
