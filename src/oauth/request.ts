/**
 * What a request for a token asks for (RFC 6749). BookingBug does not say how it asks: as a form or as JSON, with the client in
 * the header or in the body. So the bytes decide.
 */
import { z } from "zod";
import type { Credentials } from "../config/config.ts";
import { credentialsOf } from "../http/basic-auth.ts";

/** A client as it may have been meant: a header's is form-encoded by the book, and often as it is. */
export interface ClaimedClient {
  readonly id: string;
  readonly spellings: readonly Credentials[];
}

export type TokenRequest =
  | { readonly kind: "client_credentials"; readonly client: ClaimedClient | undefined }
  | { readonly kind: "password"; readonly client: ClaimedClient | undefined; readonly user: Credentials }
  | { readonly kind: "unusable"; readonly error: "invalid_request" | "unsupported_grant_type"; readonly why: string };

/** What is sent without a value counts as not sent. */
const parameter = z
  .string()
  .nullish()
  .transform((value) => (value === "" || value === null ? undefined : value));
const parametersSchema = z.object({
  grant_type: parameter,
  client_id: parameter,
  client_secret: parameter,
  username: parameter,
  password: parameter,
});
type Parameters = z.infer<typeof parametersSchema>;

/** @param authorization the header of that name */
export function readTokenRequest(authorization: string | undefined, body: string): TokenRequest {
  const parsed = parametersSchema.safeParse(parametersOf(body));
  if (!parsed.success) return invalid("Send the parameters once each, as a form or as a JSON object of texts.");
  const { grant_type: grant, username = "", password = "" } = parsed.data;
  const client = clientIn(parsed.data) ?? clientOf(authorization);
  switch (grant?.trim().toLowerCase()) {
    case undefined:
      return invalid("grant_type is missing. Send client_credentials or password.");
    case "client_credentials":
      return { kind: "client_credentials", client };
    case "password":
      return { kind: "password", client, user: { username, password } };
    default:
      return { kind: "unusable", error: "unsupported_grant_type", why: "Send client_credentials or password." };
  }
}

function invalid(why: string): TokenRequest {
  return { kind: "unusable", error: "invalid_request", why };
}

/** @returns undefined where it is neither, or says something twice */
function parametersOf(body: string): unknown {
  if (body.trimStart().startsWith("{")) return jsonOf(body);
  const form = new URLSearchParams(body);
  return new Set(form.keys()).size < form.size ? undefined : Object.fromEntries(form);
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** An id alone only says again whose header it is. */
function clientIn({ client_id: id, client_secret: secret }: Parameters): ClaimedClient | undefined {
  return secret === undefined ? undefined : { id: id ?? "", spellings: [{ username: id ?? "", password: secret }] };
}

function clientOf(authorization: string | undefined): ClaimedClient | undefined {
  if (authorization === undefined || !/^basic /i.test(authorization)) return undefined;
  const raw = credentialsOf(authorization);
  const decoded = { username: formDecoded(raw.username), password: formDecoded(raw.password) };
  return { id: raw.username, spellings: [raw, decoded] };
}

function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}
