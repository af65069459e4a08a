/** What a provider says of somebody, and who that makes them here. */
import type { ProviderSettings } from "../config/config.ts";
import type { Role } from "../config/roles.ts";

export type Claims = Readonly<Record<string, unknown>>;

/** Somebody with a role here, or without one. */
export interface Entered {
  readonly name: string;
  readonly role: Role | undefined;
}

type Rules = Pick<ProviderSettings, "issuer" | "roleClaim" | "operators" | "viewers">;

const MAX_NAME = 60;

/** @param claims of an ID token that was verified */
export function enteredBy(claims: Claims, rules: Rules): Entered {
  return { name: nameOf(claims, rules.issuer), role: roleOf(claims, rules) };
}

function roleOf(claims: Claims, { roleClaim, operators, viewers }: Rules): Role | undefined {
  // Anybody may say at some providers that an address is theirs.
  if (roleClaim === "email" && claims.email_verified !== true) return undefined;
  const has = [claims[roleClaim]].flat();
  if (operators.some((value) => has.includes(value))) return "operator";
  return viewers.some((value) => has.includes(value)) ? "viewer" : undefined;
}

/** Never a name that users of our own can have: those hold no `@`. */
function nameOf({ preferred_username, email, sub }: Claims, issuer: string): string {
  const said = [preferred_username, email, sub].map(readable).find((text) => text !== "") ?? "";
  const name = [...said].slice(0, MAX_NAME).join("");
  return name.includes("@") ? name : `${name}@${new URL(issuer).host}`;
}

/** Without what is not seen, or turns around what is. */
function readable(claim: unknown): string {
  return typeof claim === "string" ? claim.replace(/\p{C}/gu, "").trim() : "";
}
