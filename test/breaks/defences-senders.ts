/** Breaks of what keeps slow senders, too many senders and dear questions from holding everybody up. */
import type { Break } from "../../bench/breaks-list.ts";

const SERVER = "src/http/server.ts";
const OVERLOAD = "src/receiver/overload.ts";
const ASTRAY = "src/receiver/astray.ts";
const nowhere = ["test/receiver/notifications.test.ts", "go nowhere"] as const;
const slow = (only: string) => ["test/http/slow-senders.test.ts", only] as const;
const overload = (only: string) => ["test/receiver/overload.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "nobody is told that BookingBug posts to a mistyped address",
    file: "src/app/web-app.ts",
    from: "  app.use(tellAstray({",
    to: "  void (tellAstray({",
    caughtBy: nowhere,
    invariant: "V8",
  },
  {
    name: "whatever is posted to nowhere passes for BookingBug's",
    file: ASTRAY,
    from: 'if (isPost && (await isSender(headers.authorization ?? ""))) {',
    to: "if (isPost) {",
    caughtBy: nowhere,
    invariant: "V8",
  },
  {
    name: "a customer's address in a mistyped callback is shown",
    file: ASTRAY,
    from: 'WORD.test(part) ? part : "…"',
    to: "part",
    caughtBy: nowhere,
    invariant: "V8",
  },
  {
    name: "nobody is told of a notification that broke off",
    file: "src/receiver/router.ts",
    from: "return options.onBrokenOff?.(request.path);",
    to: "return;",
    caughtBy: ["test/receiver/broken-off.test.ts", "is counted and in the log"],
    invariant: "V8",
  },
  {
    name: "headers may come as slowly as they like",
    file: SERVER,
    from: "    headersTimeout: times.headers,\n",
    to: "",
    caughtBy: slow("with its headers"),
    invariant: "E6",
  },
  {
    name: "a body may come as slowly as it likes",
    file: SERVER,
    from: "    requestTimeout: times.request,\n",
    to: "",
    caughtBy: slow("with its body"),
    invariant: "E6",
  },
  {
    name: "slow senders are looked for every half minute",
    file: SERVER,
    from: "    connectionsCheckingInterval: times.look,\n",
    to: "",
    caughtBy: slow("with its body"),
    invariant: "E6",
  },
  {
    name: "what nothing answers waits for ever",
    file: "src/app/web-app.ts",
    from: "  app.use(answerInTime(options.answerMs));\n",
    to: "",
    caughtBy: slow("wherever in the web application"),
    invariant: "E6",
  },
  {
    name: "notifications are taken in however many are under way",
    file: "src/receiver/router.ts",
    from: "const leave = admission.enter();",
    to: "const leave = admission.enter() ?? (() => {});",
    caughtBy: ["test/receiver/load.test.ts", "asks the next sender"],
    invariant: "E6",
  },
  {
    name: "there is no limit to the notifications under way",
    file: OVERLOAD,
    from: "underWay >= limit || ",
    to: "",
    caughtBy: overload("never has more than its limit"),
    invariant: "E6",
  },
  {
    name: "what would wait for too long is taken in",
    file: OVERLOAD,
    from: " || isHopeless()",
    to: "",
    caughtBy: overload("longer than two seconds"),
    invariant: "E6",
  },
  {
    name: "a process that is too slow for anything takes more in",
    file: OVERLOAD,
    from: "isBusy() || ",
    to: "",
    caughtBy: overload("too slow for anything"),
    invariant: "E6",
  },
  {
    name: "a process never thinks itself busy",
    file: "src/receiver/busy.ts",
    from: "busy = lateMs >= (busy ? RECOVERED_MS : LATE_MS);",
    to: "busy = lateMs >= Number.MAX_SAFE_INTEGER;",
    caughtBy: overload("a process is busy"),
    invariant: "E6",
  },
  {
    name: "whoever asks for readiness spends a call of the CRM",
    file: "src/app/readiness.ts",
    from: "const probe = spared(CRM_EVERY_MS, () => connector.probe());",
    to: "const probe = () => connector.probe();",
    caughtBy: ["test/http/readiness.test.ts", "once, however often"],
    invariant: "E6",
  },
];
