/** Where the configuration has alerts sent. */
import type { ConnectorLog } from "../../connectors/connector.ts";
import { createMail } from "../alerts/mail.ts";
import { createOutlets, type Outlets } from "../alerts/outlets.ts";
import { createTeams } from "../alerts/teams.ts";
import { createWebhook } from "../alerts/webhook.ts";
import type { Config } from "../config/config.ts";

export function outletsOf(config: Config, log: ConnectorLog): Outlets {
  const { alertWebhookUrls = [], alertTeamsUrls = [], alertMail } = config;
  const channels = [
    ...alertWebhookUrls.map((url) => createWebhook(url)),
    ...alertTeamsUrls.map((url) => createTeams(url)),
    ...(alertMail === undefined ? [] : [createMail(alertMail)]),
  ];
  return createOutlets(channels, log);
}
