/** Breaks of what keeps other people's pages, and what was sent, from doing anything in an admin's browser. */
import type { Break } from "../../bench/breaks-list.ts";

const HEADERS = "src/admin/access/headers.ts";
const TOKEN = "src/admin/access/form-token.ts";
const ORIGIN = "src/admin/access/same-origin.ts";
const access = (only: string) => ["test/admin/access.test.ts", only] as const;
const button = access("does nothing for");
const token = access("does nothing without the form's token");
const scripts = access("run no script of anybody");
const elsewhere = access("to send forms and addresses");

export const breaks: readonly Break[] = [
  {
    name: "buttons may be pressed from any page",
    file: "src/admin/admin.ts",
    from: "options.guard, sameOriginOnly()",
    to: "options.guard",
    caughtBy: button,
    invariant: "E2",
  },
  {
    name: "a page of a sister host passes for ours",
    file: ORIGIN,
    from: 'return site === "same-origin";',
    to: 'return site !== "cross-site";',
    caughtBy: button,
    invariant: "E2",
  },
  {
    name: "a page of another port passes for ours",
    file: ORIGIN,
    from: "new URL(origin).host === request.host",
    to: "new URL(origin).hostname === request.hostname",
    caughtBy: button,
    invariant: "E2",
  },
  {
    name: "who does not say where a request comes from passes for our page",
    file: ORIGIN,
    from: "return origin !== undefined && URL.canParse(origin)",
    to: "return origin === undefined || URL.canParse(origin)",
    caughtBy: button,
    invariant: "E2",
  },
  {
    name: "a form needs no token",
    file: "src/admin/express.ts",
    from: '!tokens.isValid(form.get("token") ?? "", now, user.session)',
    to: "now < 0",
    caughtBy: token,
    invariant: "E2",
  },
  {
    name: "a form's token never ends",
    file: TOKEN,
    from: "return genuine && Number.parseInt(until, 36) > now;",
    to: "return genuine;",
    caughtBy: token,
    invariant: "E2",
  },
  {
    name: "a form's token may be made by whoever knows the admin's name",
    file: TOKEN,
    from: "scryptSync(admin.password, ",
    to: 'scryptSync("", ',
    caughtBy: token,
    invariant: "E2",
  },
  {
    name: "pages are given to browsers without a word on what they may do",
    file: "src/admin/admin.ts",
    from: "router.use(pageHeaders(), whileRedisAnswers(options.ping))",
    to: "router.use(whileRedisAnswers(options.ping))",
    caughtBy: scripts,
    invariant: "E2",
  },
  {
    name: "the queues' page may run scripts of anybody's",
    file: HEADERS,
    from: "  scriptSrc: [\"'self'\"],\n",
    to: "  scriptSrc: [\"'self'\", 'https:'],\n",
    caughtBy: scripts,
    invariant: "E2",
  },
  {
    name: "pages may load anything that is not named",
    file: HEADERS,
    from: "defaultSrc: [\"'none'\"]",
    to: "defaultSrc: [\"'self'\"]",
    caughtBy: scripts,
    invariant: "E2",
  },
  {
    name: "pages may be shown in anybody's frame",
    file: HEADERS,
    from: "  frameAncestors: [\"'none'\"],\n",
    to: "",
    caughtBy: elsewhere,
    invariant: "E2",
  },
  {
    name: "forms may be sent to anybody",
    file: HEADERS,
    from: "  formAction: [\"'self'\"],\n",
    to: "",
    caughtBy: elsewhere,
    invariant: "E2",
  },
  {
    name: "a page's addresses may be led elsewhere by a <base>",
    file: HEADERS,
    from: "  baseUri: [\"'none'\"],\n",
    to: "",
    caughtBy: elsewhere,
    invariant: "E2",
  },
  {
    name: "other sites learn the addresses of our pages",
    file: HEADERS,
    from: '    referrerPolicy: { policy: "same-origin" },\n',
    to: '    referrerPolicy: { policy: "unsafe-url" },\n',
    caughtBy: elsewhere,
    invariant: "E2",
  },
  {
    name: "browsers are not told to come by HTTPS alone",
    file: HEADERS,
    from: "strictTransportSecurity: { includeSubDomains: false }",
    to: "strictTransportSecurity: false",
    caughtBy: elsewhere,
    invariant: "S2",
  },
  {
    name: "browsers keep our pages",
    file: HEADERS,
    from: '      response.setHeader("Cache-Control", "no-store");\n',
    to: "",
    caughtBy: scripts,
    invariant: "E2",
  },
  {
    name: "what is in quarantine is shown as a page",
    file: "src/admin/pages/download-quarantined.ts",
    from: 'contentType: "application/octet-stream"',
    to: 'contentType: "text/html"',
    caughtBy: access("as a file that nothing will run"),
    invariant: "E2",
  },
  {
    name: "what was received becomes a part of the page",
    file: "src/admin/views/html.ts",
    from: "return escapeHtml(String(content));",
    to: "return String(content);",
    caughtBy: ["test/admin/pages.test.ts", "never taken for a part of the page"],
    invariant: "E2",
  },
  {
    name: "a line of a mapping that is longer than the page cannot be scrolled without a mouse",
    file: "src/admin/views/parts.ts",
    from: ' tabindex="0" aria-label="The line"',
    to: "",
    caughtBy: ["test/bulk/impact.test.ts", "is not looked at while the text has mistakes"],
    invariant: "I3",
  },
];
