/** Breaks of the audit trail: what is done unseen, what stays for ever, and what a person would live on in. */
import type { Break } from "../../bench/breaks-list.ts";

const dashboard = (only: string) => ["test/audit/dashboard.test.ts", only] as const;
const trail = (only: string) => ["test/audit/trail.test.ts", only] as const;
const commands = (only: string) => ["test/audit/commands.test.ts", only] as const;
const TRAIL = "src/audit/trail.ts";

export const breaks: readonly Break[] = [
  {
    name: "the buttons of the queues' page leave no audit line",
    file: "src/admin/board.ts",
    from: "router.use(boardHeaders(), noteChanges(deps), ourButtonsOnly(), withoutWebFonts(), adapter.getRouter());",
    to: "router.use(boardHeaders(), ourButtonsOnly(), withoutWebFonts(), adapter.getRouter());",
    caughtBy: dashboard("the queues' own page"),
    invariant: "S8",
  },
  {
    name: "who looks at a payload is not audited",
    file: "src/admin/routes.ts",
    from: 'showPayload, "show_payload")',
    to: 'showPayload, "nothing")',
    caughtBy: dashboard("who looked at a payload"),
    invariant: "S8",
  },
  {
    name: "what was refused is not audited",
    file: "src/audit/audit.ts",
    from: "    await audit.note({ ...doing, on, outcome: outcomeOf(error) });\n",
    to: "",
    caughtBy: dashboard("what was decided, and what was refused"),
    invariant: "S8",
  },
  {
    name: "the audit trail is never trimmed by age",
    file: TRAIL,
    from: '.xadd(key, "MINID", oldest(), "*", "line", JSON.stringify(entry))',
    to: '.xadd(key, "*", "line", JSON.stringify(entry))',
    caughtBy: trail("forgets what is older"),
    invariant: "S8",
  },
  {
    name: "an audit trail that nothing is added to keeps what is too old",
    file: TRAIL,
    from: 'await redis.xtrim(keys.audit(stream), "MINID", oldest());',
    to: "await redis.xlen(keys.audit(stream));",
    caughtBy: trail("forgets what is older"),
    invariant: "S8",
  },
  {
    name: "guesses at the password push what was done out of the audit trail",
    file: TRAIL,
    from: 'KEPT_OUT.has(entry.what) ? "sign-ins" : "actions"',
    to: 'entry.what === "search" ? "sign-ins" : "actions"',
    caughtBy: trail("push out nothing else"),
    invariant: "S8",
  },
  {
    name: "the words of a search are kept as they were typed",
    file: "src/audit/private-words.ts",
    from: "digest: (words) => under(pairs[0], words),",
    to: "digest: async (words) => words,",
    caughtBy: dashboard("its words as a digest alone"),
    invariant: "S8",
  },
  {
    name: "a name that was typed in place of an id is kept in the audit trail",
    file: "src/audit/line.ts",
    from: 'looksLikeId(value) ? value : "not an id"',
    to: "value",
    caughtBy: dashboard("in place of an id"),
    invariant: "S8",
  },
  {
    name: "each guess of somebody who is kept out is a line of its own",
    file: "src/admin/access/sign-in.ts",
    from: "      if (begins) await onBlocked",
    to: "      await onBlocked",
    caughtBy: dashboard("kept out after wrong passwords"),
    invariant: "S8",
  },
  {
    name: "a password typed as a name is kept in the audit trail",
    file: "src/admin/access/sign-in.ts",
    from: "names.has(username) ? username : undefined",
    to: "username",
    caughtBy: dashboard("kept out after wrong passwords"),
    invariant: "S8",
  },
  {
    name: "what cannot be noted is not done, or seems so",
    file: "src/audit/audit.ts",
    from: "        return false;\n",
    to: "        throw error;\n",
    caughtBy: dashboard("keeps nobody from doing"),
    invariant: "S8",
  },
  {
    name: "what a command did is in no audit trail",
    file: "src/cli/audited.ts",
    from: "  const noted = await audit.note(entry);\n",
    to: "  const noted = audit !== undefined && entry !== undefined;\n",
    caughtBy: commands("with what it changed"),
    invariant: "S8",
  },
];
