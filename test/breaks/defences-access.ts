/** Breaks of who gets in: sign-ins, guesses, HTTPS, and who is not let in. */
import type { Break } from "../../bench/breaks-list.ts";

const access = (only: string) => ["test/admin/access.test.ts", only] as const;
const THROTTLE = "src/http/throttle.ts";

export const breaks: readonly Break[] = [
  {
    name: "the right password is let in after too many wrong ones",
    file: "src/admin/access/sign-in.ts",
    from: "  router.use(refuseBlocked(throttle));\n",
    to: "",
    caughtBy: access("also with the right one"),
    invariant: "S3",
  },
  {
    name: "wrong passwords are not counted",
    file: THROTTLE,
    from: "await limiter.consume(keyOf(attempt));",
    to: "await limiter.get(keyOf(attempt));",
    caughtBy: access("among many guesses at one moment"),
    invariant: "S3",
  },
  {
    name: "each address of an IPv6 customer has tries of its own",
    file: THROTTLE,
    from: "const IPV6_NETWORK_GROUPS = 4;",
    to: "const IPV6_NETWORK_GROUPS = 8;",
    caughtBy: access("for a network and a name"),
    invariant: "S3",
  },
  {
    name: "an IPv4 address written as IPv6 has tries of its own",
    file: THROTTLE,
    from: "ipaddr.process(text)",
    to: "ipaddr.parse(text)",
    caughtBy: access("for a network and a name"),
    invariant: "S3",
  },
  {
    name: "a guesser locks out who signs in by another name from there",
    file: THROTTLE,
    from: "async passed(attempt) {",
    to: 'async passed({ address }) {\n      const attempt = { address, username: "admin" };',
    caughtBy: access("for a network and a name"),
    invariant: "S3",
  },
  {
    name: "a guesser locks out who comes from elsewhere",
    file: THROTTLE,
    from: "if (!ipaddr.isValid(text)) return text;",
    to: "if (text !== undefined) return undefined;",
    caughtBy: access("for a network and a name"),
    invariant: "S3",
  },
  {
    name: "notifications and metrics take credentials over plain HTTP",
    file: "src/app/web-app.ts",
    from: 'app.use(["/notifications", "/metrics", "/admin"], httpsOnly(options.production));',
    to: 'app.use(["/admin"], httpsOnly(options.production));',
    caughtBy: access("wherever credentials are taken"),
    invariant: "S2",
  },
  {
    name: "what a proxy on this machine hands on passes for local",
    file: "src/http/https-only.ts",
    from: "if (PROXY_HEADERS.some((name) => request.headers[name] !== undefined)) return false;",
    to: 'if (request.headers["x-forwarded-proto"] !== undefined) return false;',
    caughtBy: access("says that a proxy handed it on"),
    invariant: "S2",
  },
  {
    name: "a short password is taken in production",
    file: "src/config/joint-problems.ts",
    from: "password.length >= MIN_PASSWORD",
    to: "password.length >= 0",
    caughtBy: ["test/operate/release-check.test.ts", "a short password in production"],
    invariant: "S2",
  },
  {
    name: "refused notifications leave no trace",
    file: "src/receiver/authentication.ts",
    from: '    onRefused(request.ip ?? "");\n',
    to: "",
    caughtBy: ["test/alerts/alerts.test.ts", "refused sign-ins to the notification"],
    invariant: "S4",
  },
  {
    name: "refused notifications are counted and no alert",
    file: "src/alerts/monitor.ts",
    from: "const conditions = [...found, ",
    to: "const conditions = [",
    caughtBy: ["test/alerts/alerts.test.ts", "refused sign-ins to the notification"],
    invariant: "S4",
  },
];
