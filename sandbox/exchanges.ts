/** Where each exchange between a caller and a face of the sandbox can be watched, wherever in this process it was started. */
import { channel } from "node:diagnostics_channel";
import type { SandboxAnswer, SandboxFace, SandboxRequest } from "./crm.ts";

export interface Exchange {
  readonly crm: SandboxFace["name"];
  readonly request: SandboxRequest;
  /** None where a fault that was asked for took its place. */
  readonly answer?: SandboxAnswer | undefined;
}

/** Carries every `Exchange`; it costs nothing while nobody subscribes. */
export const exchanges = channel("sandbox.exchange");
