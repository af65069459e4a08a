/** The dashboard's named users, as `ADMIN_USERS` or its file lists them: `name:role:hash`, one a line or between commas. */
import { z } from "zod";
import { ROLES, type Role, USER_NAME } from "./roles.ts";

/** What scrypt made of a password: `scrypt.log2N.r.p.salt.key`, the last two in base64url, so that no shell takes a part of it for its own. */
export interface PasswordHash {
  readonly log2N: number;
  readonly r: number;
  readonly p: number;
  readonly salt: Buffer;
  readonly key: Buffer;
}

export interface NamedUser {
  readonly name: string;
  readonly role: Role;
  readonly hash: PasswordHash;
  /** As it is listed: another one when anything of the user was changed. */
  readonly entry: string;
}

export interface UserList {
  readonly users: readonly NamedUser[];
  /** What is wrong with the others, by the number of the entry and without what it says. */
  readonly problems: readonly string[];
}

const HASH = /^scrypt\.(\d{1,2})\.(\d{1,2})\.(\d{1,2})\.([\w-]{22,86})\.([\w-]{43})$/;
/** More would take more than 128 MB of memory for each try. */
const MAX_MEMORY = 2 ** 27;
const MIN_LOG2N = 14;

export function parseUsers(text: string): UserList {
  const entries = text
    .split(/[\n,]/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "" && !entry.startsWith("#"));
  const users: NamedUser[] = [];
  const problems: string[] = [];
  for (const [index, entry] of entries.entries()) {
    const user = parseUser(entry);
    if (user === undefined) problems.push(`entry ${index + 1} is not name:role:hash; ${HOW}`);
    else if (users.some(({ name }) => name === user.name)) problems.push(`entry ${index + 1} names a user once more`);
    else users.push(user);
  }
  return { users, problems };
}

const HOW = "make it with: bin/crm-sync user add NAME --role viewer";

function parseUser(entry: string): NamedUser | undefined {
  const [name = "", given = "", text = "", ...more] = entry.split(":");
  const role = ROLES.find((one) => one === given);
  const hash = parseHash(text);
  if (!USER_NAME.test(name) || role === undefined || hash === undefined || more.length > 0) return undefined;
  return { name, role, hash, entry };
}

function parseHash(text: string): PasswordHash | undefined {
  const [, ...parts] = HASH.exec(text) ?? [];
  const [salt = "", key = ""] = parts.slice(3);
  const [log2N = 0, r = 0, p = 0] = parts.slice(0, 3).map(Number);
  if (log2N < MIN_LOG2N || r < 1 || p < 1 || p > 16 || 128 * 2 ** log2N * r > MAX_MEMORY) return undefined;
  return { log2N, r, p, salt: Buffer.from(salt, "base64url"), key: Buffer.from(key, "base64url") };
}

export const userList = z.string().transform((text, context) => {
  const { users, problems } = parseUsers(text);
  for (const message of problems) context.addIssue({ code: "custom", message });
  return users;
});
