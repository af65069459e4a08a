/**
 * Where Redis is, as REDIS_URL says it: one server, the servers behind a Sentinel, or a Cluster. The last two name
 * several hosts, which a URL proper cannot.
 */

export interface RedisHost {
  readonly host: string;
  readonly port: number;
}

interface Credentials {
  readonly username?: string;
  readonly password?: string;
}

export type RedisAddress =
  /** redis://, rediss:// or the path of a unix socket. */
  | { readonly kind: "single"; readonly url: string; readonly tls: boolean }
  | {
      readonly kind: "sentinel";
      readonly hosts: readonly RedisHost[];
      /** Under which the sentinels know the primary. */
      readonly name: string;
      readonly credentials: Credentials;
      readonly sentinelPassword?: string;
      readonly tls: boolean;
    }
  | {
      readonly kind: "cluster";
      /** Some of the nodes; they tell the others. */
      readonly hosts: readonly RedisHost[];
      readonly credentials: Credentials;
      readonly tls: boolean;
    };

const SEVERAL =
  /^redis(?<tls>s?)\+(?<kind>sentinel|cluster):\/\/(?:(?<login>[^@/]*)@)?(?<hosts>[^/?@]+)(?:\/(?<name>[^/?]*))?(?:\?(?<query>.*))?$/;
const HOST = /^(?<host>\[[0-9a-f:.]+\]|[^:[\]]+)(?::(?<port>\d{1,5}))?$/i;
const DEFAULT_PORT = { sentinel: 26_379, cluster: 6_379 };

/** @returns undefined when the text names no Redis */
export function parseRedisUrl(text: string): RedisAddress | undefined {
  if (text.startsWith("/")) return { kind: "single", url: text, tls: false };
  const parts = SEVERAL.exec(text)?.groups;
  if (parts === undefined) return single(text);
  const kind = parts.kind === "sentinel" ? "sentinel" : "cluster";
  const hosts = (parts.hosts ?? "").split(",").map((host) => parseHost(host, DEFAULT_PORT[kind]));
  const credentials = parseLogin(parts.login);
  if (credentials === undefined || !hosts.every((host) => host !== undefined)) return undefined;
  const common = { hosts, credentials, tls: parts.tls === "s" };
  if (kind === "cluster") return parts.name ? undefined : { kind, ...common };
  if (!parts.name) return undefined;
  const sentinelPassword = new URLSearchParams(parts.query).get("sentinelPassword");
  return { kind, name: parts.name, ...common, ...(sentinelPassword !== null && { sentinelPassword }) };
}

function single(text: string): RedisAddress | undefined {
  const url = URL.parse(text);
  if (url === null || !/^rediss?:$/.test(url.protocol) || url.hostname === "") return undefined;
  return { kind: "single", url: text, tls: url.protocol === "rediss:" };
}

function parseHost(text: string, defaultPort: number): RedisHost | undefined {
  const { host, port } = HOST.exec(text)?.groups ?? {};
  if (host === undefined) return undefined;
  return { host: host.replace(/^\[|\]$/g, ""), port: port === undefined ? defaultPort : Number(port) };
}

/** `user:password`, `:password` or nothing, percent-encoded as in any URL. */
function parseLogin(login: string | undefined): Credentials | undefined {
  if (login === undefined || login === "") return {};
  const colon = login.indexOf(":");
  try {
    const username = decodeURIComponent(colon < 0 ? login : login.slice(0, colon));
    const password = colon < 0 ? "" : decodeURIComponent(login.slice(colon + 1));
    return { ...(username !== "" && { username }), ...(password !== "" && { password }) };
  } catch {
    return undefined;
  }
}
