/** Breaks of how word gets out: alerts that say less than they know, more than they may, or wait for one another. */
import type { Break } from "../../bench/breaks-list.ts";

const alerts = (only: string) => ["test/alerts/alerts.test.ts", only] as const;
const channels = (only: string) => ["test/alerts/channels.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "what another process told of while one looked is said to be over, and told again",
    file: "src/alerts/monitor.ts",
    from: "ofOurs(announcedBefore, facts)",
    to: "ofOurs(announcedBefore && (await announced.read()), facts)",
    caughtBy: ["test/alerts/alerts.test.ts", "is said once where it begins while"],
    invariant: "Y4",
  },
  {
    name: "an alert of a cause does not say how many purchases it is about",
    file: "src/alerts/conditions.ts",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: quoted from the file
    from: '`${spellCount(count, "purchase")}${whose} so far. ${example}`',
    to: "example",
    caughtBy: alerts("is said once for a cause"),
    invariant: "Y1",
  },
  {
    name: "an alert's link leads to no page",
    file: "src/alerts/conditions.ts",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: quoted from the file
    from: "`/admin/failed/${crm}/${encodeURIComponent(id)}`",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as quoted from the file
    to: "`/admin/failed/${crm}/cause/${encodeURIComponent(id)}`",
    caughtBy: alerts("leads to the page about it"),
    invariant: "Y1",
  },
  {
    name: "a CRM's words can make a link of their own in Microsoft Teams",
    file: "src/alerts/teams.ts",
    from: 'return { type: "RichTextBlock", inlines, ...more };',
    to: 'return { type: "TextBlock", text: JSON.stringify(inlines), ...more };',
    caughtBy: channels("is sent a card"),
    invariant: "Y1",
  },
  {
    name: "what is meant for one address is posted to another that it names",
    file: "src/http/post-json.ts",
    from: 'redirect: "manual"',
    to: 'redirect: "follow"',
    caughtBy: channels("is not followed"),
    invariant: "Y1",
  },
  {
    name: "the mail server's password is sent in the clear",
    file: "src/alerts/mail.ts",
    from: 'const requireTLS = protocol === "smtp:" && ',
    to: 'const requireTLS = protocol === "smtps:" && ',
    caughtBy: channels("no password in the clear"),
    invariant: "Y1",
  },
  {
    name: "a cause that grows is told again by each process",
    file: "src/health/announced.ts",
    from: 'return (await redis.hsetnx(alertNotes, fieldOf("grown", key, since), "1")) === 1;',
    to: 'return (await redis.hset(alertNotes, fieldOf("grown", key, since), "1")) >= 0;',
    caughtBy: alerts("grows beyond a share"),
    invariant: "Y3",
  },
  {
    name: "a few purchases more among many that went well are told as growth",
    file: "src/alerts/monitor.ts",
    from: " || more < GREAT_SHARE * (await endedLately(condition.crm))",
    to: "",
    caughtBy: alerts("grows beyond a share"),
    invariant: "Y3",
  },
  {
    name: "what somebody acknowledged is told again",
    file: "src/alerts/monitor.ts",
    from: " || before.acknowledged !== undefined",
    to: "",
    caughtBy: alerts("somebody acknowledged"),
    invariant: "Y4",
  },
  {
    name: "notes of what is over stay for ever",
    file: "src/health/announced.ts",
    from: "if (isOurs) await redis.hdel",
    to: "if (!isOurs) await redis.hdel",
    caughtBy: alerts("somebody acknowledged"),
    invariant: "Y4",
  },
  {
    name: "the day's summary is sent by each process",
    file: "src/alerts/daily.ts",
    from: '"EX", KEPT_SECONDS, "NX")) === "OK"',
    to: '"EX", KEPT_SECONDS)) === "OK"',
    caughtBy: ["test/alerts/summary.test.ts", "once a day by one"],
    invariant: "Y5",
  },
  {
    name: "the summary of a time before midnight is lost to whoever looks after it",
    file: "src/alerts/daily.ts",
    from: "of [today, today.minus({ days: 1 })]",
    to: "of [today]",
    caughtBy: ["test/alerts/summary.test.ts", "just before midnight"],
    invariant: "Y5",
  },
  {
    name: "the export misses purchases that came at one moment",
    file: "src/operate/export.ts",
    from: "0, PAGE + met.size, ",
    to: "0, PAGE, ",
    caughtBy: ["test/operate/export.test.ts", "at one moment"],
    invariant: "Y6",
  },
  {
    name: "the export has personal data that nobody asked for",
    file: "src/operate/export.ts",
    from: "reveal ? revealing : masking",
    to: "reveal ? masking : revealing",
    caughtBy: ["test/operate/export.test.ts", "nothing personal"],
    invariant: "Y6",
  },
  {
    name: "a place that hangs holds up the others",
    file: "src/alerts/outlets.ts",
    from: "      for (const lane of lanes) lane.add(message);",
    to: "      lanes.reduce((done, lane) => done.then(() => (lane.add(message), lane.idle())), Promise.resolve());",
    caughtBy: channels("hold up no other"),
    invariant: "Y2",
  },
  {
    name: "what waits for a place that takes nothing piles up",
    file: "src/alerts/outlets.ts",
    from: "const MAX_WAITING = 20;",
    to: "const MAX_WAITING = Number.MAX_SAFE_INTEGER;",
    caughtBy: channels("makes no heap"),
    invariant: "Y2",
  },
];
