/** The web process as it is deployed, and BookingBug fetching tokens and posting with them. */
import { Writable } from "node:stream";
import { pino } from "pino";
import { prepare } from "../../src/app/base.ts";
import { startWeb } from "../../src/app/web.ts";
import { BOOKINGBUG, testEnvironment } from "../support/environment.ts";
import { sample } from "../support/payloads.ts";

/** With whatever a header or a form spells otherwise. */
export const CLIENT = { id: "bookingbug client", secret: "s3cret%20+ü&=/of:the-client" } as const;
export const WITH_CLIENT = {
  BOOKINGBUG_OAUTH_CLIENT_ID: CLIENT.id,
  BOOKINGBUG_OAUTH_CLIENT_SECRET: CLIENT.secret,
} as const;
export const CLIENT_GRANT = {
  grant_type: "client_credentials",
  client_id: CLIENT.id,
  client_secret: CLIENT.secret,
} as const;
export const PASSWORD_GRANT = { grant_type: "password", ...BOOKINGBUG } as const;

export interface Web {
  readonly url: string;
  /** Everything logged so far, as one text. */
  logged(): string;
  ask(body: string, headers?: Record<string, string>): Promise<Response>;
  askForm(parameters: Readonly<Record<string, string>>, headers?: Record<string, string>): Promise<Response>;
  askJson(parameters: unknown): Promise<Response>;
  /** @returns a token as BookingBug gets it */
  token(): Promise<string>;
  post(authorization: string, headers?: Record<string, string>): Promise<Response>;
  stop(): Promise<void>;
}

export async function startTokenWeb(redisUrl: string, env: Readonly<Record<string, string>>): Promise<Web> {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const base = await prepare({ ...testEnvironment(redisUrl, "http://127.0.0.1:9"), ...env }, "test");
  const web = await startWeb({ ...base, log: pino({ level: "trace" }, stream) });
  const url = `http://127.0.0.1:${web.port}`;
  const ask = (body: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${url}/oauth/token`, { method: "POST", headers, body, redirect: "manual" });
  const askForm: Web["askForm"] = (parameters, headers) =>
    ask(new URLSearchParams(parameters).toString(), {
      "content-type": "application/x-www-form-urlencoded",
      ...headers,
    });
  return {
    url,
    logged: () => lines.join(""),
    ask,
    askForm,
    askJson: (parameters) => ask(JSON.stringify(parameters), { "content-type": "application/json" }),
    async token() {
      const { access_token } = (await (await askForm(CLIENT_GRANT)).json()) as { access_token: string };
      return access_token;
    },
    post: (authorization, headers = {}) =>
      fetch(`${url}/notifications/bookings`, {
        method: "POST",
        headers: { ...headers, authorization, "content-type": "application/json" },
        body: JSON.stringify(sample("purchase-created")),
      }),
    stop: () => web.stop(),
  };
}
