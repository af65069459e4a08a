/** A CRM's error in the words of somebody who has to do something about it. */
import type { EnvironmentVariable } from "../../../connectors/connector.ts";
import { CrmError, type RateLimitedError } from "../../../connectors/errors.ts";
import { type Finding, ill } from "./finding.ts";

/** @param variables the CRM's variables that are set. @param guide the document that says how a CRM is set up */
export function explain(
  doing: string,
  error: unknown,
  { variables, guide }: { readonly variables: readonly EnvironmentVariable[]; readonly guide: string },
): Finding {
  if (!(error instanceof CrmError)) throw error;
  const names = (wanted: (variable: EnvironmentVariable) => boolean): string =>
    variables
      .filter(wanted)
      .map(({ name }) => name)
      .join(", ");
  const what = `${doing}: ${error.message.replace(/\.?$/, ".")}`;
  switch (error.kind) {
    case "unauthorised":
      return ill(what, `the credentials are refused; check ${names(({ secret }) => secret === true)}, and ${guide}.`);
    case "unavailable": {
      const addresses = names(({ name }) => name.endsWith("_URL"));
      return ill(what, `check that this machine may reach it${addresses && ` and that ${addresses} is right`}.`);
    }
    case "rate_limited": {
      const { scope, retryAt } = error as RateLimitedError;
      const spent = scope === "daily" ? "the day's allocation is spent; see which integration uses it up" : "wait";
      return ill(what, `${spent}, and ask again after ${retryAt.toISOString().slice(0, 16)}Z.`);
    }
    case "misconfigured":
      return ill(what, `give the integration the scope or permission that is missing; ${guide} lists them.`);
    case "conflict":
      return ill(what, "somebody else is writing there at this moment; ask again.");
    case "duplicate":
      return ill(what, "another record has this value; delete it, or the test records of an earlier trial.");
    case "rejected":
    case "not_found":
      return ill(
        what,
        "see what the CRM says of it: a validation rule, a required field or a trigger of the CRM's own.",
      );
  }
}
