/** HubSpot, through its own SDK. */
import type { Connector, ConnectorDefinition, ConnectorServices } from "../connector.ts";
import { CrmError } from "../errors.ts";
import { sizesInMemory } from "../fitting-calls.ts";
import { isGone } from "../is-gone.ts";
import { createAssociator } from "./associate.ts";
import { createAssociations } from "./associations.ts";
import { createChangedSince } from "./changed.ts";
import { createDissociator } from "./dissociate.ts";
import { createEdits } from "./edits.ts";
import { createFinder } from "./find.ts";
import { createHttp } from "./http.ts";
import { createLabels, kindProblem } from "./labels.ts";
import { describeOwners, OWNERS } from "./owners.ts";
import { createPaths, TYPE_IDS } from "./paths.ts";
import { createForgetPlain } from "./plain.ts";
import { createProperties } from "./properties.ts";
import { provisionHubspot } from "./provision.ts";
import { recogniseHubspot } from "./recognise/recognise.ts";
import { createSaver } from "./save.ts";
import { environment, type HubspotSettings, settingsSchema } from "./settings.ts";
import { tellingFields } from "./telling.ts";

export const hubspot: ConnectorDefinition<HubspotSettings> = {
  crm: "hubspot",
  title: "HubSpot",
  environment,
  // "API usage guidelines": private apps of the smallest plan; larger plans say so in their answers. Searches are
  // counted per account, five a second; one is left to others.
  limits: { burst: { limit: 100, windowMs: 10_000 }, search: { limit: 4, windowMs: 1_000 } },
  settings: settingsSchema,
  connect: connectHubspot,
};

function connectHubspot(settings: HubspotSettings, services: ConnectorServices): Connector {
  const http = createHttp(settings, services);
  const paths = createPaths(settings.apiVersion);
  const properties = createProperties(http, paths);
  const find = createFinder({ http, paths, properties });
  const associate = createAssociator({ http, paths });
  const labels = createLabels({ http, paths });
  const dissociate = createDissociator({ http, paths });
  const forgetPlain = createForgetPlain({ http, paths }, dissociate);
  const { batchSize } = settings;
  const sizes = services.sizes ?? sizesInMemory();
  const save = createSaver({ http, paths, properties, find, associate, dissociate, forgetPlain, sizes, batchSize });
  // "Archive": 204 whether or not the record was there. Who stands before HubSpot, or an account, may answer 404 all the same.
  async function remove(object: string, id: string): Promise<void> {
    const path = paths.objects(object, `/${encodeURIComponent(id)}`);
    const context = { target: "external_id" } as const;
    try {
      await http.send({ method: "DELETE", path, operation: "remove", object, records: 1, context });
    } catch (error) {
      const isUnknown = error instanceof CrmError && error.status === 404;
      if (!isUnknown || !(await isGone(find, object, id))) throw error;
    }
  }
  const { apiVersion, appId } = settings;
  return {
    crm: "hubspot",
    find,
    save: async (write) => await save(await labels.resolve(write)),
    describe: async (object) => (object === OWNERS ? describeOwners() : await properties.describe(object)),
    associations: createAssociations({ http, paths }),
    edits: createEdits({ http, paths, appId }),
    changedSince: createChangedSince({ http, paths }),
    tellingFields,
    async linkProblem(from, link) {
      const problem = kindProblem(from, link, await labels.kinds(from, link.toObject));
      return problem;
    },
    remove,
    recognise: (ground) => recogniseHubspot({ http, paths, properties, find, remove, apiVersion }, ground),
    // The standard ones that bookings go into; custom ones are named by whoever made them.
    objectNames: async () => [...Object.keys(TYPE_IDS), OWNERS],
    provision: (wanted, options) => provisionHubspot({ http, paths }, wanted, options),
    async probe() {
      await http.send({ method: "GET", path: `${paths.objects("contacts")}?limit=1`, operation: "probe" });
    },
    recordUrl: (object, id) =>
      `https://app.hubspot.com/contacts/${settings.portalId ?? ""}/record/${TYPE_IDS[object] ?? object}/${id}`,
    close: async () => {},
  };
}
