/** Breaks of how a process stops, and of what it is configured with as somebody pasted it. */
import type { Break } from "../../bench/breaks-list.ts";

const SERVER = "src/http/server.ts";
const PARSERS = "src/config/parsers.ts";
const stopping = (only: string) => ["test/http/stopping.test.ts", only] as const;
const meant = (only: string) => ["test/config/meant.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "a web process that stops keeps the connections that it answers on",
    file: SERVER,
    from: "response.shouldKeepAlive = response !== last;",
    to: "response.shouldKeepAlive = true;",
    caughtBy: stopping("ends the connection with the answer"),
    invariant: "E10",
  },
  {
    name: "a web process that stops waits for connections whose answer had begun",
    file: SERVER,
    from: "if (own().length === 0) socket.destroySoon();",
    to: "",
    caughtBy: stopping("whose answer had begun"),
    invariant: "E10",
  },
  {
    name: "a web process that stops cuts off what was asked behind another",
    file: SERVER,
    from: "response.shouldKeepAlive = response !== last;",
    to: "response.shouldKeepAlive = false;",
    caughtBy: stopping("ends the connection with the last"),
    invariant: "E10",
  },
  {
    name: "a role that nobody has counts as set",
    file: PARSERS,
    from: '.refine((list) => list.length > 0, { error: "set a value',
    to: '.refine(() => true, { error: "set a value',
    caughtBy: ["test/config/provider-settings.test.ts", "is refused where it cannot work"],
    invariant: "E9",
  },
  {
    name: "a secret is sent with the line break that it was pasted with",
    file: PARSERS,
    from: "export const secret = text.refine(hasNoControls, {",
    to: "export const secret = text.refine(() => true, {",
    caughtBy: meant("hold no line break"),
    invariant: "E9",
  },
  {
    name: "alerts are posted to an address with the list's last comma",
    file: PARSERS,
    from: "|https?:\\/\\/|$)/",
    to: "|https?:\\/\\/)/",
    caughtBy: ["test/config/alert-settings.test.ts", "is each place once"],
    invariant: "E9",
  },
  {
    name: "doctor says nothing of Redis while another variable is missing",
    file: "src/cli/doctor.ts",
    from: "const redis = redisPatient(process.env);",
    to: 'const redis = reading.kind === "complete" ? redisPatient(process.env) : undefined;',
    caughtBy: ["test/operate/doctor.test.ts", "looks at Redis while other"],
    invariant: "E7",
  },
  {
    name: "what a build compiled is found by its own user alone",
    file: "bin/start",
    from: '[ ! -e "$own" ] && ln -s',
    to: '[ ! -e "$own" ] && true',
    caughtBy: ["test/deploy/start.test.ts", "finds what another user compiled"],
    invariant: "E11",
  },
];
