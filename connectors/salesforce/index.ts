/** Salesforce, through jsforce. */
import type { Connector, ConnectorDefinition, ConnectorServices } from "../connector.ts";
import { toDescription } from "./describe.ts";
import { createFinder } from "./find.ts";
import { createHttp } from "./http.ts";
import { createSaver } from "./save.ts";
import { environment, type SalesforceSettings, settingsSchema } from "./settings.ts";
import { identifier } from "./soql.ts";

export const salesforce: ConnectorDefinition<SalesforceSettings> = {
  crm: "salesforce",
  environment,
  // The day's allocation depends on edition and licences; Salesforce tells it with every answer.
  limits: {},
  settings: settingsSchema,
  connect: connectSalesforce,
};

function connectSalesforce(settings: SalesforceSettings, services: ConnectorServices): Connector {
  const http = createHttp(settings, services);
  const acquire = () => services.pacer.acquire("standard");
  const find = createFinder(http, acquire);
  const save = createSaver(http, acquire);
  return {
    crm: "salesforce",
    find: async (query) => await find(query),
    save: async (write) => await save(write),
    async describe(object) {
      const path = `/sobjects/${identifier(object)}/describe`;
      return toDescription(await http.send({ method: "GET", path, operation: "describe", object }));
    },
    async probe() {
      await http.send({ method: "GET", path: "/limits", operation: "probe" });
    },
    recordUrl: (object, id) =>
      `${http.instanceUrl() ?? "https://login.salesforce.com"}/lightning/r/${object}/${id}/view`,
    close: async () => {},
  };
}
