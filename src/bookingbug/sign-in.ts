/** Signing in, by each way BookingBug offers for a server. */
import { z } from "zod";
import { idFromHref } from "../booking/ids.ts";
import {
  BookingBugForbiddenError,
  BookingBugRefusedError,
  BookingBugUnauthorisedError,
  BookingBugUnreadableError,
} from "./errors.ts";
import type { Answer, Outgoing } from "./exchange.ts";
import { judge } from "./judge.ts";
import type { BookingBugSettings, SignInSettings } from "./settings.ts";

export interface SignedIn {
  readonly token: string;
  /** Undefined where BookingBug does not say; then it is found out by a refusal. */
  readonly expiresInMs: number | undefined;
}

/** Carries a request, and says nothing of its answer. */
export type Carry = (outgoing: Outgoing) => Promise<Answer>;

type Administrator = Extract<SignInSettings, { kind: "administrator" }>;

const tokenAnswer = z.looseObject({
  access_token: z.string().min(1).max(8_192),
  expires_in: z.coerce.number().positive().optional().catch(undefined),
});

const id = z.union([z.int(), z.string().max(32)]).transform(String);
const loginAnswer = z.looseObject({ auth_token: z.string().min(1).max(8_192).optional().catch(undefined) });
const choiceAnswer = z.looseObject({
  _embedded: z.looseObject({
    administrators: z.array(
      z.looseObject({
        id,
        company_id: id.optional().catch(undefined),
        _links: z
          .looseObject({ company: z.looseObject({ href: z.string() }).optional() })
          .optional()
          .catch(undefined),
      }),
    ),
  }),
});

/** The headers that say who asks. */
export function credentialsOf(signIn: SignInSettings, token: string): Readonly<Record<string, string>> {
  if (signIn.kind === "client_credentials") return { authorization: `Bearer ${token}` };
  return { ...application(signIn), "auth-token": token };
}

/** @throws BookingBugError */
export async function signIn(settings: BookingBugSettings, company: string, carry: Carry): Promise<SignedIn> {
  const { signIn: by } = settings;
  try {
    return by.kind === "client_credentials"
      ? await byClient(settings.url, by, carry)
      : await byAdministrator(settings, by, company, carry);
  } catch (error) {
    throw error instanceof BookingBugUnauthorisedError || error instanceof BookingBugForbiddenError
      ? refused(by)
      : error;
  }
}

async function byClient(
  url: string,
  { clientId, clientSecret }: Extract<SignInSettings, { kind: "client_credentials" }>,
  carry: Carry,
): Promise<SignedIn> {
  const json = {
    grant_type: "client_credentials",
    client_id: clientId,
    client_secret: clientSecret,
    scope: "all_companies owner",
  };
  const answer = await carry({ method: "POST", url: `${url}/oauth/token`, headers: {}, json });
  // RFC 6749: a client that is not known is answered 401 or 400.
  if (answer.status === 400) throw refused({ kind: "client_credentials" });
  const { data } = tokenAnswer.safeParse(judge(answer, "the sign-in").value);
  if (data === undefined) throw new BookingBugUnreadableError("BookingBug answered the sign-in without a token.");
  return { token: data.access_token, expiresInMs: data.expires_in === undefined ? undefined : data.expires_in * 1000 };
}

async function byAdministrator(
  settings: BookingBugSettings,
  by: Administrator,
  company: string,
  carry: Carry,
): Promise<SignedIn> {
  const headers = application(by);
  const post = async (path: string, more: object = {}): Promise<Answer> => {
    const url = `${settings.url}/api/${settings.version}/${path}`;
    return await carry({ method: "POST", url, headers, json: { email: by.email, password: by.password, ...more } });
  };
  // Either is documented; which of the two a host has, is not.
  let path = "login/admin";
  let answer = await post(path);
  if (answer.status === 404 || answer.status === 405) {
    path = "login";
    answer = await post(path);
  }
  const administrators = answer.status === 400 ? choiceIn(answer.text) : undefined;
  if (administrators !== undefined) {
    const own = administrators.find((one) => (one.company_id ?? idFromHref(one._links?.company?.href)) === company);
    if (own === undefined) throw noAdministrator(company);
    answer = await post(path, { id: /^\d{1,15}$/.test(own.id) ? Number(own.id) : own.id });
  }
  return { token: tokenOf(answer), expiresInMs: undefined };
}

function choiceIn(text: string): z.infer<typeof choiceAnswer>["_embedded"]["administrators"] | undefined {
  try {
    return choiceAnswer.safeParse(JSON.parse(text)).data?._embedded.administrators;
  } catch {
    return undefined;
  }
}

/** In the body, or as the header that it is sent back in. */
function tokenOf(answer: Answer): string {
  if (answer.status === 400 || answer.status === 422) throw refused({ kind: "administrator" });
  const { data } = loginAnswer.safeParse(judge(answer, "the sign-in").value);
  const token = data?.auth_token ?? answer.headers.get("auth-token") ?? undefined;
  if (token === undefined) throw new BookingBugUnreadableError("BookingBug answered the sign-in without a token.");
  return token;
}

function application({ appId, appKey }: Administrator): Readonly<Record<string, string>> {
  return { "app-id": appId, ...(appKey !== undefined && { "app-key": appKey }) };
}

function noAdministrator(company: string): BookingBugRefusedError {
  const next =
    "set BOOKINGBUG_API_COMPANY_ID to a company that the administrator is one of, or use another administrator.";
  return new BookingBugRefusedError(`The administrator is none of company ${company}: ${next}`);
}

function refused({ kind }: Pick<SignInSettings, "kind">): BookingBugUnauthorisedError {
  const which =
    kind === "client_credentials"
      ? "BOOKINGBUG_API_CLIENT_ID and BOOKINGBUG_API_CLIENT_SECRET"
      : "BOOKINGBUG_API_EMAIL, BOOKINGBUG_API_PASSWORD, BOOKINGBUG_API_APP_ID and BOOKINGBUG_API_APP_KEY";
  return new BookingBugUnauthorisedError(`BookingBug refuses to sign us in: see that ${which} are right.`);
}
