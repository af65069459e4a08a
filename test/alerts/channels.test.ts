/** Where alerts go: real HTTP receivers, and a real mail server on loopback. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createServer as createTcpServer } from "node:net";
import { afterAll, afterEach, describe, expect, it } from "@jest/globals";
import { SMTPServer } from "smtp-server";
import type { Channel } from "../../src/alerts/channel.ts";
import { createMail } from "../../src/alerts/mail.ts";
import type { Message } from "../../src/alerts/message.ts";
import { createOutlets } from "../../src/alerts/outlets.ts";
import { createTeams } from "../../src/alerts/teams.ts";
import { createWebhook } from "../../src/alerts/webhook.ts";
import { eventually } from "../support/eventually.ts";

const LINK = "https://crm.example.com/admin/failed/salesforce/abc";
const message: Message = {
  notices: [
    {
      title: "salesforce: failed, X · Event",
      detail: "2 purchases so far. [Click](https://evil.example) <b>",
      link: LINK,
    },
    { title: "Over: hubspot: no worker" },
  ],
};

const ends: (() => unknown)[] = [];
let logged: string[] = [];
const note = (detail: object, text: string): void => void logged.push(`${text} ${JSON.stringify(detail)}`);
const log = { debug: note, info: note, warn: note, error: note };
afterEach(() => {
  logged = [];
});
afterAll(async () => {
  for (const end of ends) await end();
});

async function receiver(status = 200): Promise<{ url: string; bodies: string[] }> {
  const bodies: string[] = [];
  const server: Server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk: string) => {
      body += chunk;
    });
    request.on("end", () => {
      bodies.push(body);
      response.writeHead(status, { location: "/elsewhere" }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ends.push(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, bodies };
}

/** Takes connections and says nothing, as a server that hangs. */
async function mute(): Promise<{ port: number; taken: () => number }> {
  let taken = 0;
  const server = createTcpServer(() => {
    taken += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  server.unref();
  ends.push(() => server.close());
  return { port: (server.address() as AddressInfo).port, taken: () => taken };
}

interface Mailbox {
  readonly port: number;
  readonly mails: { readonly to: string[]; readonly user: string | undefined; readonly text: string }[];
}

/** @param refusals what the next mails are answered with */
async function mailServer(refusals: number[] = [], password = "secret-of-mail"): Promise<Mailbox> {
  const mails: Mailbox["mails"] = [];
  const server = new SMTPServer({
    disabledCommands: ["STARTTLS"],
    allowInsecureAuth: true,
    authOptional: true,
    onAuth(auth, _session, done) {
      if (auth.password === password) return done(null, { user: auth.username ?? "" });
      done(new Error("wrong password for on-call@example.com"));
    },
    onData(stream, session, done) {
      let text = "";
      stream.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      stream.on("end", () => {
        const responseCode = refusals.shift();
        if (responseCode !== undefined)
          return done(Object.assign(new Error("no room for on-call@example.com"), { responseCode }));
        const to = session.envelope.rcptTo.map(({ address }) => address);
        mails.push({ to, user: typeof session.user === "string" ? session.user : undefined, text });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  ends.push(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return { port: (server.server.address() as AddressInfo).port, mails };
}

const mailBy = (port: number, password = "secret-of-mail"): Channel =>
  createMail(
    {
      url: `smtp://alerts:${password}@127.0.0.1:${port}`,
      from: "crm-sync@example.com",
      to: ["on-call@example.com", "second@example.com"],
    },
    5,
  );

describe("Microsoft Teams [Y1]", () => {
  it("is sent a card as its workflows take it, in which a CRM's words stay words", async () => {
    const { url, bodies } = await receiver(202);
    await createTeams(url, 5).send(message);
    const sent = JSON.parse(bodies[0] ?? "") as { attachments: { content: { body: object[] } }[] };
    expect(sent).toMatchObject({
      type: "message",
      attachments: [
        {
          contentType: "application/vnd.microsoft.card.adaptive",
          content: { type: "AdaptiveCard", version: "1.4", fallbackText: "salesforce: failed, X · Event, and 1 more" },
        },
      ],
    });
    const { body } = sent.attachments[0]?.content ?? { body: [] };
    // A block of any other type would read Markdown.
    expect(body).toEqual(Array(4).fill(expect.objectContaining({ type: "RichTextBlock" })));
    const selectAction = { type: "Action.OpenUrl", title: "Open", url: LINK };
    expect(body[2]).toMatchObject({ inlines: [{ type: "TextRun", text: LINK, selectAction }] });
  });

  it("takes 28 KB, and no more is sent, however long the CRM's words are", async () => {
    const { url, bodies } = await receiver(202);
    const long = { title: "t".repeat(3_000), detail: "ü".repeat(20_000), link: LINK };
    const over = { title: "t".repeat(3_000) };
    // As many as a message has.
    await createTeams(url, 5).send({ notices: [...Array(11).fill(long), ...Array(11).fill(over)] });
    expect(Buffer.byteLength(bodies[0] ?? "")).toBeGreaterThan(1_000);
    expect(Buffer.byteLength(bodies[0] ?? "")).toBeLessThan(28 * 1_024);
  });

  it("is not followed to another address", async () => {
    const { url, bodies } = await receiver(307);
    await expect(createTeams(url, 5).send(message)).rejects.toThrow(/HTTP status 307\. Next: check ALERT_TEAMS_URL/);
    expect(bodies).toHaveLength(1);
  });
});

describe("mail [Y1]", () => {
  it("comes to everybody, signed in, with what it is about in the subject and the page in the text", async () => {
    const { port, mails } = await mailServer();
    await mailBy(port).send(message);
    expect(mails).toEqual([
      { to: ["on-call@example.com", "second@example.com"], user: "alerts", text: expect.anything() },
    ]);
    const text = mails[0]?.text ?? "";
    expect(text).toMatch(/^Auto-Submitted: auto-generated\r?$/m);
    expect(text).toMatch(/^Subject: =\?UTF-8\?|^Subject: CRM sync: salesforce/m);
    expect(text).toContain(LINK);
    expect(text).toContain("Over: hubspot: no worker");
  });

  it("has no header of its own making in the subject", async () => {
    const { port, mails } = await mailServer();
    await mailBy(port).send({ notices: [{ title: "failed\r\nBcc: everybody@example.com" }] });
    expect(mails[0]?.to).toHaveLength(2);
    expect(mails[0]?.text).toMatch(/^Subject: CRM sync: failed Bcc: everybody@example\.com\r?$/m);
  });

  it("is tried again where the server asks for that, and not where it refuses; its words and ours hold no secret", async () => {
    const passing = await mailServer([451]);
    await mailBy(passing.port).send(message);
    expect(passing.mails).toHaveLength(1);
    const refusing = await mailServer([550]);
    const said = await mailBy(refusing.port).send(message).catch(String);
    expect(said).toMatch(
      /^ChannelError: An alert was not taken: SMTP status 550 \(\w+\)\. Next: check ALERT_SMTP_URL\.$/,
    );
    expect(refusing.mails).toEqual([]);
    const unknown = await mailBy(refusing.port, "mistyped").send(message).catch(String);
    expect(unknown).toMatch(/SMTP status 535 \(EAUTH\)/);
    expect(`${said}${unknown}`).not.toMatch(/mistyped|secret-of-mail|example\.com/);
  });

  it("sends no password in the clear to another machine", async () => {
    const { port, mails } = await mailServer();
    // Not by one of the names of this machine, though it is.
    const url = `smtp://alerts:secret-of-mail@0.0.0.0:${port}`;
    const said = await createMail({ url, from: "a@example.com", to: ["b@example.com"] }, 5)
      .send(message)
      .catch(String);
    expect(said).toMatch(/^ChannelError: An alert was not taken: \w/);
    expect(mails).toEqual([]);
  });
});

describe("of several places [Y2]", () => {
  it("one that hangs and one that is gone hold up no other, and the log says so without their addresses", async () => {
    const { port, mails } = await mailServer();
    const teams = await receiver(202);
    const [hangs, silentMail] = [await mute(), await mute()];
    const secret = "T0P-SECRET";
    const outlets = createOutlets(
      [
        createWebhook(`http://127.0.0.1:${hangs.port}/${secret}`, 1),
        mailBy(silentMail.port, secret),
        createWebhook(`http://127.0.0.1:1/${secret}`, 1),
        createTeams(teams.url),
        mailBy(port),
      ],
      log,
    );
    const began = Date.now();
    outlets.tell(message);
    outlets.tell(message);
    await eventually(() => expect([teams.bodies.length, mails.length]).toEqual([2, 2]));
    // The first three tries of what hangs take 15 s.
    expect(Date.now() - began).toBeLessThan(10_000);
    await eventually(() => expect([hangs.taken(), silentMail.taken()]).toEqual([1, 1]));
    await eventually(() => expect(logged.join()).toContain('"channel":"ALERT_WEBHOOK_URL"'));
    expect(logged.join()).not.toContain(secret);
  });

  it("one that takes nothing makes no heap, and ends no later than a few seconds", async () => {
    const hangs = await mute();
    const outlets = createOutlets([createWebhook(`http://127.0.0.1:${hangs.port}/`, 1)], log);
    for (let index = 0; index < 30; index += 1) outlets.tell(message);
    expect(logged.filter((line) => line.includes("too many wait"))).toHaveLength(10);
    const began = Date.now();
    await outlets.end();
    expect(Date.now() - began).toBeLessThan(8_000);
  }, 15_000);
});
