/** A CRM's error in the words of somebody who sets the CRM up, and what to do about it. */
import type { EnvironmentVariable } from "../../connectors/connector.ts";
import type { CrmError, RateLimitedError } from "../../connectors/errors.ts";
import type { ChosenCrm } from "../config/crms.ts";
import { failureKind, inSentence } from "../synclog/failure-kinds.ts";

/** The document that says how the CRM is set up. */
export const guideFor = ({ crm }: { readonly crm: string }): string => `docs/${crm}.md`;

/** What the error means, and the CRM's words. */
export function complaint({ kind, message }: CrmError): string {
  return `${inSentence(failureKind(kind).title)}: ${message.replace(/\.?$/, ".")}`;
}

export function remedy(error: CrmError, chosen: Pick<ChosenCrm, "crm" | "variables">): string {
  const names = (wanted: (variable: EnvironmentVariable) => boolean): string =>
    chosen.variables
      .filter(wanted)
      .map(({ name }) => name)
      .join(", ");
  switch (error.kind) {
    case "unauthorised":
      return `check ${names(({ secret }) => secret === true)}, and ${guideFor(chosen)}.`;
    case "unavailable": {
      const addresses = names(({ name }) => name.endsWith("_URL"));
      return `check that this machine may reach it${addresses && ` and that ${addresses} is right`}.`;
    }
    case "rate_limited": {
      const { scope, retryAt } = error as RateLimitedError;
      const spent = scope === "daily" ? "the day's allocation is spent; see which integration uses it up" : "wait";
      return `${spent}, and ask again after ${retryAt.toISOString().slice(0, 16)}Z.`;
    }
    case "misconfigured":
      return `give the integration the scope or permission that is missing; ${guideFor(chosen)} lists them.`;
    case "maintenance":
      return "wait until the maintenance is over, and ask again.";
    case "conflict":
      return "ask again.";
    case "duplicate":
      return "delete that record, or the test records of an earlier trial.";
    case "unknown":
    case "rejected":
    case "not_found":
      return "see what the CRM says of it: a validation rule, a required field or a trigger of the CRM's own.";
  }
}
