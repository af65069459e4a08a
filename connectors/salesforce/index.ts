/** Salesforce, through jsforce. */
import type { Connector, ConnectorDefinition, ConnectorServices, ObjectDescription } from "../connector.ts";
import { CrmError, MisconfiguredError } from "../errors.ts";
import { sizesInMemory } from "../fitting-calls.ts";
import { isGone } from "../is-gone.ts";
import { createChangedSince } from "./changed.ts";
import { toDescription, toObjectNames } from "./describe.ts";
import { createEdits } from "./edits.ts";
import { environment } from "./environment.ts";
import { reckonedTogether } from "./event-times.ts";
import { createFinder } from "./find.ts";
import { createAssociations, withGuests } from "./guests.ts";
import { createHttp, type SalesforceHttp } from "./http.ts";
import { createIdentity } from "./identity.ts";
import { createBecame } from "./living-on.ts";
import { provisionSalesforce } from "./provision.ts";
import { recogniseSalesforce } from "./recognise/recognise.ts";
import { chainFor } from "./refresh.ts";
import { createSaver } from "./save.ts";
import { type SalesforceSettings, settingsSchema } from "./settings.ts";
import { identifier } from "./soql.ts";
import { tellingFields } from "./telling.ts";

export const salesforce: ConnectorDefinition<SalesforceSettings> = {
  crm: "salesforce",
  title: "Salesforce",
  environment,
  // The day's allocation depends on edition and licences; Salesforce tells it with every answer.
  // "API Request Limits and Allocations": 25 requests of 20 s or more at once; we cannot know beforehand which take so long,
  // and leave a few to others.
  limits: { concurrent: 20 },
  settings: settingsSchema,
  connect: connectSalesforce,
};

function connectSalesforce(settings: SalesforceSettings, services: ConnectorServices): Connector {
  const { auth } = settings;
  const chain = chainFor(auth, services.tokens);
  const http = createHttp(settings, services, chain);
  const find = createFinder(http);
  const ourId = createIdentity(http);
  const firstUrl = auth.kind === "access_token" ? auth.instanceUrl : auth.loginUrl;
  // Before the first sign-in the login URL stands in: for a My Domain it is the same.
  const recordUrl = (object: string, id: string): string =>
    `${http.instanceUrl() ?? firstUrl}/lightning/r/${object}/${id}/view`;
  const sizes = services.sizes ?? sizesInMemory();
  async function describe(object: string): Promise<ObjectDescription> {
    const path = `/sobjects/${identifier(object)}/describe`;
    return toDescription((await http.send({ method: "GET", path, operation: "describe", object })).body);
  }
  const removeOne = (object: string, id: string): Promise<void> => remove({ http, find }, object, id);
  const save = createSaver({ http, find, recordUrl, sizes, batchSize: settings.batchSize });
  const tokenKeeping = chain && (() => chain.keeping());
  const { apiVersion } = settings;
  return {
    crm: "salesforce",
    find,
    save: withGuests({ save, find, remove: removeOne }),
    describe,
    associations: createAssociations({ find }),
    became: createBecame(find),
    edits: createEdits(ourId, find),
    changedSince: createChangedSince(http, ourId),
    tellingFields,
    reckonedTogether,
    remove: removeOne,
    recognise: (ground) =>
      recogniseSalesforce({ http, find, describe, remove: removeOne, tokenKeeping, apiVersion }, ground),
    objectNames: async () =>
      toObjectNames((await http.send({ method: "GET", path: "/sobjects", operation: "describe" })).body),
    provision: (wanted, options) => provisionSalesforce(http, wanted, options),
    probe: () => probe(http),
    tokenKeeping,
    recordUrl,
    close: async () => {},
  };
}

/** What Salesforce says of a record that was purged from the recycle bin, and of one that our user merely may not reach. */
const UNKNOWN_RECORD = new Set(["NOT_FOUND", "INVALID_CROSS_REFERENCE_KEY"]);

async function remove(
  { http, find }: { readonly http: SalesforceHttp; readonly find: Connector["find"] },
  object: string,
  id: string,
): Promise<void> {
  const path = `/sobjects/${identifier(object)}/${encodeURIComponent(id)}`;
  try {
    await http.send({ method: "DELETE", path, operation: "remove", object, records: 1 });
  } catch (error) {
    const code = error instanceof CrmError ? error.code : undefined;
    if (code === "ENTITY_IS_DELETED") return;
    if (code === undefined || !UNKNOWN_RECORD.has(code) || !(await isGone(find, object, id))) throw error;
  }
}

async function probe(http: SalesforceHttp): Promise<void> {
  try {
    await http.send({ method: "GET", path: "/limits", operation: "probe" });
  } catch (error) {
    // "Limits": the figures need a permission that an integration user may lack. Being told so takes good credentials.
    const isAnswer = error instanceof MisconfiguredError && error.code?.startsWith("HTTP_") === false;
    if (!isAnswer) throw error;
  }
}
