/** The file of `ADMIN_USERS_FILE`, read again when it has changed. */
import { readFile, stat } from "node:fs/promises";
import { type NamedUser, parseUsers } from "../config/users.ts";

/** @param onProblem told once of each state of the file that is not as it should be; users whose entries are right stay users */
export function createUserFile(path: string, onProblem: (words: string) => void): () => Promise<readonly NamedUser[]> {
  let seen = "";
  let users: readonly NamedUser[] = [];
  return async () => {
    const state = await stateOf(path);
    if (state === seen) return users;
    // Who cannot be read is out: somebody may have been taken from the list.
    const { users: read, problems } = parseUsers(state === GONE ? "" : await readFile(path, "utf8"));
    users = read;
    seen = state;
    const words = state === GONE ? ["it cannot be read"] : problems;
    if (words.length > 0) onProblem(words.join("; "));
    return users;
  };
}

const GONE = "gone";

async function stateOf(path: string): Promise<string> {
  try {
    const { mtimeMs, size, ino } = await stat(path);
    return `${mtimeMs} ${size} ${ino}`;
  } catch {
    return GONE;
  }
}
