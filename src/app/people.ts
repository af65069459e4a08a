/** Puts together who may use the dashboard, and how they sign in. */
import type { Router } from "express";
import type { People } from "../admin/access/enter.ts";
import type { Blocked } from "../admin/access/sign-in.ts";
import { createSignInPage } from "../admin/access/sign-in-page.ts";
import { pairCheck } from "../http/basic-auth.ts";
import type { Throttle } from "../http/throttle.ts";
import { createPasswordCheck } from "../people/password.ts";
import { createSessions } from "../people/sessions.ts";
import { createUserFile } from "../people/user-file.ts";
import { createUsers } from "../people/users.ts";
import type { Base } from "./base.ts";
import type { Parts } from "./parts.ts";

/** Where people have names of their own. */
export interface SignInByName extends People {
  /** To be mounted at `/admin`, before what lets in. */
  readonly page: Router;
}

export interface Door {
  readonly throttle: Throttle;
  readonly onBlocked: (blocked: Blocked) => Promise<unknown>;
}

/** @returns undefined where there is nobody but the pair, which a browser asks for by itself */
export function createPeople({ config, log }: Base, parts: Parts, door: Door): SignInByName | undefined {
  const { adminUsers = [], adminUsersFile: file } = config;
  if (adminUsers.length === 0 && file === undefined) return undefined;
  const tell = (words: string): void => log.error({ words }, "ADMIN_USERS_FILE is not as it should be");
  const ofFile = file === undefined ? async () => [] : createUserFile(file, tell);
  const users = createUsers({
    pairs: config.admin,
    isPair: pairCheck(config.admin),
    named: async () => [...adminUsers, ...(await ofFile())],
    check: createPasswordCheck(),
  });
  const sessions = createSessions(parts);
  return {
    sessions,
    current: ({ person }) => users.find(person.name),
    page: createSignInPage({ users, sessions, audit: parts.audit, log, ...door }),
  };
}
