/** What an org tells of itself without being written to: objects, fields, limits, what signing in has shown. */

import type { ObjectDescription } from "../../connector.ts";
import { MisconfiguredError, NotFoundError } from "../../errors.ts";
import type { Fact, Facts, Ground } from "../../recognise.ts";
import type { TokenKeeping } from "../../tokens.ts";
import type { SalesforceFacts } from "../../world/salesforce.ts";
import type { SalesforceHttp } from "../http.ts";
import { settle } from "./ask.ts";

export interface OrgDeps {
  readonly http: SalesforceHttp;
  readonly describe: (object: string) => Promise<ObjectDescription>;
  readonly tokenKeeping: (() => TokenKeeping) | undefined;
  readonly apiVersion: string;
}

const FIELDS = ["hiddenObjects", "hiddenFields", "readOnlyFields", "notUnique", "alsoUnique", "picklists"] as const;

export async function probeOrg(deps: OrgDeps, ground: Ground): Promise<Facts> {
  return {
    ...(await settle(FIELDS, () => probeFields(deps, ground))),
    ...(await settle(["personAccounts"], () => probePersonAccounts(deps))),
    ...(await settle(["limitsForbidden"], () => probeLimits(deps))),
    dailyLimit: dailyLimitOf(ground),
    rotatesRefreshTokens: rotates(deps.tokenKeeping?.()),
    apiVersion: { settled: deps.apiVersion },
    timeZone: { open: "moments are written in UTC, and the org is not asked for its time zone" },
    triggerLimits: { open: "more records would have to be written than a trial may" },
    activityPermissions: { open: "`provision` alone writes permission sets" },
    mayModifyMetadata: { open: "`provision` alone makes fields" },
  };
}

async function probeFields({ describe }: OrgDeps, { objects }: Ground): Promise<Facts> {
  const described = new Map<string, ObjectDescription | undefined>();
  for (const object of objects.keys()) described.set(object, await describedOrHidden(describe, object));
  const seen = [...objects].filter(([object]) => described.get(object) !== undefined);
  const named = seen.flatMap(([object, { key, fields }]) =>
    fields.map((field) => ({
      path: `${object}.${field}`,
      isKey: field === key,
      known: described.get(object)?.fields.get(field),
    })),
  );
  const paths = (some: typeof named): Fact => ({ settled: some.map(({ path }) => path) });
  const codes = [...described.values()].some((one) => [...(one?.fields.values() ?? [])].some(({ coded }) => coded));
  return {
    hiddenObjects: { settled: [...objects.keys()].filter((object) => described.get(object) === undefined) },
    hiddenFields: paths(named.filter(({ known }) => known === undefined)),
    readOnlyFields: paths(named.filter(({ known }) => known?.createable === false && !known.updateable)),
    notUnique: paths(named.filter(({ isKey, known }) => isKey && known?.unique === false)),
    alsoUnique: paths(named.filter(({ isKey, known }) => !isKey && known?.unique)),
    picklists: { settled: codes },
  };
}

async function describedOrHidden(
  describe: OrgDeps["describe"],
  object: string,
): Promise<ObjectDescription | undefined> {
  try {
    return await describe(object);
  } catch (error) {
    if (error instanceof MisconfiguredError || error instanceof NotFoundError) return undefined;
    throw error;
  }
}

async function probePersonAccounts({ describe }: OrgDeps): Promise<Facts> {
  const account = await describedOrHidden(describe, "Account");
  if (account === undefined) return { personAccounts: { open: "our user may not see accounts" } };
  return { personAccounts: { settled: account.fields.has("IsPersonAccount") } };
}

async function probeLimits({ http }: OrgDeps): Promise<Facts> {
  try {
    await http.send({ method: "GET", path: "/limits", operation: "recognise" });
    return { limitsForbidden: { settled: false } };
  } catch (error) {
    if (!(error instanceof MisconfiguredError)) throw error;
    return { limitsForbidden: { settled: true } };
  }
}

function dailyLimitOf({ limits }: Ground): SalesforceFacts["dailyLimit"] {
  const limit = limits.get("daily");
  return limit === undefined ? { open: "Salesforce's answers do not say it" } : { settled: limit };
}

function rotates(keeping: TokenKeeping | undefined): SalesforceFacts["rotatesRefreshTokens"] {
  return keeping === undefined ? { open: "no refresh token is configured" } : { settled: keeping !== "fixed" };
}
