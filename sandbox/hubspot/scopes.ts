/** Which scope a request needs ("Scopes"): meetings go by those of contacts, appointments have their own. */
import type { SandboxAnswer } from "../crm.ts";
import { problem } from "./answers.ts";

const OWN: Readonly<Record<string, string>> = {
  contacts: "contacts",
  meetings: "contacts",
  companies: "companies",
  deals: "deals",
  appointments: "appointments",
};

export function missingScope(
  withoutScopes: readonly string[],
  type: string,
  use: "read" | "write" | "properties" | "create_properties",
): SandboxAnswer | undefined {
  const object = OWN[type] ?? type;
  const scope = scopeFor(object, use);
  if (!withoutScopes.includes(scope)) return undefined;
  const message = "This app hasn't been granted all required scopes to make this call.";
  const detail = {
    message: "One or more of the following scopes are required.",
    context: { requiredGranularScopes: [scope] },
  };
  return problem(403, "MISSING_SCOPES", message, { errors: [detail] });
}

function scopeFor(object: string, use: "read" | "write" | "properties" | "create_properties"): string {
  if (use === "properties") return `crm.schemas.${object}.read`;
  return use === "create_properties" ? `crm.schemas.${object}.write` : `crm.objects.${object}.${use}`;
}
