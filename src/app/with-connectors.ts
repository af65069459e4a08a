/** Connectors for commands that ask a CRM and need, tokens aside, neither Redis nor the rest of the configuration. */
import { type Connector, unpaced } from "../../connectors/connector.ts";
import { connectors as definitions } from "../../connectors/index.ts";
import { ConfigError } from "../config/config-error.ts";
import { chooseCrms } from "../config/crms.ts";
import { type EnvironmentRecord, setVariables } from "../config/environment.ts";
import { withTokens } from "./with-tokens.ts";

/** Somebody waits at a terminal, and creating fields takes a CRM its time. */
const REQUEST_MS = 120_000;
const silent = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * The CRMs named in `CRM`, open while the work runs.
 *
 * @param crm only this one
 * @throws ConfigError listing what is missing to reach them, or when `crm` is not among them
 */
export async function withConnectors<T>(
  environment: EnvironmentRecord,
  crm: string | undefined,
  work: (connectors: readonly Connector[]) => Promise<T>,
): Promise<T> {
  const { crms, problems } = chooseCrms(setVariables(environment), definitions);
  const wanted = crms.filter((one) => crm === undefined || one.crm === crm);
  const relevant = crm !== undefined && wanted.length > 0 ? [] : problems;
  if (relevant.length > 0) throw new ConfigError(relevant);
  if (wanted.length === 0) throw new ConfigError([{ variable: "CRM", message: `does not name ${crm}` }]);
  const services = { pacer: unpaced, log: silent, onCall: () => {}, requestTimeoutMs: REQUEST_MS };
  return await withTokens(environment, async (tokens) => {
    const open = wanted.map((one) => one.connect({ ...services, tokens: tokens?.(one.crm) }));
    try {
      return await work(open);
    } finally {
      await Promise.all(open.map((connector) => connector.close()));
    }
  });
}
