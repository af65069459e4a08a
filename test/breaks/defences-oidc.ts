/** Breaks of signing in by an OpenID Connect provider. */
import type { Break } from "../../bench/breaks-list.ts";

const provider = (only: string) => ["test/admin/provider.test.ts", only] as const;
const CLIENT = "src/people/provider.ts";
const CLAIMS = "src/people/claims.ts";
const PAGE = "src/admin/access/provider-page.ts";
const WAYS = "src/people/ways.ts";

export const breaks: readonly Break[] = [
  {
    name: "a way back from the provider works with any state",
    file: CLIENT,
    from: "expectedState: state,",
    to: "expectedState: library.skipStateCheck,",
    caughtBy: provider("lets nobody in: with another state"),
    invariant: "Z3",
  },
  {
    name: "every sign-in at the provider has the same nonce",
    file: CLIENT,
    from: "nonce: library.randomNonce(),",
    to: 'nonce: "n".repeat(43),',
    caughtBy: provider("token for another sign-in"),
    invariant: "Z3",
  },
  {
    name: "the signature of the provider's token is not looked at",
    file: CLIENT,
    from: "isPlain ? [enableNonRepudiationChecks, allowInsecureRequests] : [enableNonRepudiationChecks]",
    to: "isPlain ? [allowInsecureRequests] : []",
    caughtBy: provider("changed on its way"),
    invariant: "Z3",
  },
  {
    name: "a way back from the provider is taken twice",
    file: WAYS,
    from: 'return isFirst === "OK" ? begun : undefined;',
    to: "return isFirst === null || begun ? begun : undefined;",
    caughtBy: provider("what was taken is not even tried again"),
    invariant: "Z3",
  },
  {
    name: "whoever the provider knows is let in",
    file: CLAIMS,
    from: '? "viewer" : undefined;',
    to: '? "viewer" : "viewer";',
    caughtBy: provider("is told who can give one"),
    invariant: "Z2",
  },
  {
    name: "an address that nobody verified gives a role",
    file: CLAIMS,
    from: "claims.email_verified !== true",
    to: "claims.email_verified === undefined && claims.email === undefined",
    caughtBy: provider("by an address that nobody verified"),
    invariant: "Z2",
  },
  {
    name: "who has lost the role keeps the session of before",
    file: PAGE,
    from: "if (before !== undefined) await sessions.end(before);",
    to: "",
    caughtBy: provider("loses the session of before"),
    invariant: "Z2",
  },
  {
    name: "somebody of the provider's goes by the name of a user of ours",
    file: CLAIMS,
    from: 'name.includes("@") ? name',
    to: 'name !== "" ? name',
    caughtBy: provider("takes the name of no user"),
    invariant: "Z1",
  },
  {
    name: "a sign-in by the provider leads to another site",
    file: PAGE,
    from: "const to = wayBack(request.query.to);",
    to: "const to = String(request.query.to);",
    caughtBy: provider("leads to a page of the dashboard"),
    invariant: "Z4",
  },
  {
    name: "sessions go on when what gives the roles is another",
    file: "src/app/people.ts",
    from: "{ ...person, stamp: provider.stamp }",
    to: "person",
    caughtBy: provider("is over once what gives the roles"),
    invariant: "Z4",
  },
  {
    name: "a slow provider is waited for",
    file: CLIENT,
    from: "const REQUEST_SECONDS = 4;\nconst DEADLINE_MS = 4_500;",
    to: "const REQUEST_SECONDS = 40;\nconst DEADLINE_MS = 45_000;",
    caughtBy: provider("is said within five seconds"),
    invariant: "Z5",
  },
  {
    name: "every web process loads what speaks to a provider",
    file: CLIENT,
    from: 'import { createHash } from "node:crypto";',
    to: 'import { createHash } from "node:crypto";\nimport "openid-client";',
    caughtBy: ["test/deploy/loaded.test.ts"],
    invariant: "Z5",
  },
];
