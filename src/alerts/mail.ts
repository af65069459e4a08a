/** E-mail by SMTP. Its library is loaded with the first message, so that who sends no mail does not carry it. */
import type { Answer } from "../http/post-json.ts";
import { type Channel, PAUSE_MS, persist } from "./channel.ts";
import { inBrief, inText } from "./message.ts";

export interface MailSettings {
  /** `smtp:` or `smtps:`, with user name and password where the server wants them. */
  readonly url: string;
  readonly from: string;
  readonly to: readonly string[];
}

const TIMEOUT_MS = 5_000;
const TIMEOUTS = {
  dnsTimeout: TIMEOUT_MS,
  connectionTimeout: TIMEOUT_MS,
  greetingTimeout: TIMEOUT_MS,
  socketTimeout: 2 * TIMEOUT_MS,
};
/** A text is no file and no URL. */
const TEXT_ALONE = { disableFileAccess: true, disableUrlAccess: true };

export function createMail({ url, from, to }: MailSettings, pauseMs = PAUSE_MS): Channel {
  const name = "ALERT_SMTP_URL";
  const { protocol, hostname, password } = new URL(url);
  // A password is not sent in the clear, except to this machine.
  const requireTLS = protocol === "smtp:" && password !== "" && !isLoopback(hostname);
  return {
    name,
    async send(message) {
      const { createTransport } = await import("nodemailer");
      const transport = createTransport({ ...TIMEOUTS, ...TEXT_ALONE, requireTLS, url });
      const mail = {
        from,
        to: [...to],
        subject: `CRM sync: ${inBrief(message)}`,
        text: `${inText(message)}\n`,
        headers: { "Auto-Submitted": "auto-generated" },
      };
      await persist(name, pauseMs, async (): Promise<Answer> => {
        try {
          await transport.sendMail(mail);
          return { kind: "accepted" };
        } catch (error) {
          return answerOf(error);
        }
      });
    },
  };
}

function isLoopback(hostname: string): boolean {
  return /^(localhost|127\..*|\[::1\])$/.test(hostname);
}

/** The server's own words may quote addresses, and are left out. */
function answerOf(error: unknown): Answer {
  const { code, responseCode } = error as { readonly code?: unknown; readonly responseCode?: unknown };
  const status = typeof responseCode === "number" ? responseCode : undefined;
  const what = typeof code === "string" && /^[A-Z]{1,40}$/.test(code) ? code : "no answer";
  // 5xx is for good, as SMTP has it; a sign-in that is refused stays refused.
  const isFinal = (status !== undefined && status >= 500) || what === "EAUTH";
  const problem = status === undefined ? what : `SMTP status ${status} (${what})`;
  return { kind: isFinal ? "refused" : "unanswered", problem };
}
