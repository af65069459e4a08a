/** Puts together who may use the dashboard, and how they sign in. */
import { Router } from "express";
import type { People } from "../admin/access/enter.ts";
import { createProviderPage } from "../admin/access/provider-page.ts";
import type { Blocked } from "../admin/access/sign-in.ts";
import { createSignInPage } from "../admin/access/sign-in-page.ts";
import { pairCheck } from "../http/basic-auth.ts";
import type { Throttle } from "../http/throttle.ts";
import { createPasswordCheck } from "../people/password.ts";
import { createProvider } from "../people/provider.ts";
import { createSessions } from "../people/sessions.ts";
import { createUserFile } from "../people/user-file.ts";
import { createUsers } from "../people/users.ts";
import { createWays } from "../people/ways.ts";
import { createSeal } from "../sync/seal.ts";
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
export function createPeople(base: Base, parts: Parts, door: Door): SignInByName | undefined {
  const { config, log } = base;
  const { adminUsers = [], adminUsersFile: file, provider: settings } = config;
  if (adminUsers.length === 0 && file === undefined && settings === undefined) return undefined;
  const tell = (words: string): void => log.error({ words }, "ADMIN_USERS_FILE is not as it should be");
  const ofFile = file === undefined ? async () => [] : createUserFile(file, tell);
  const users = createUsers({
    pairs: config.admin,
    isPair: pairCheck(config.admin),
    named: async () => [...adminUsers, ...(await ofFile())],
    check: createPasswordCheck(),
  });
  const sessions = createSessions(parts);
  const shared = { sessions, audit: parts.audit, log };
  const provider = settings && createProvider(settings);
  const page = Router();
  page.use(createSignInPage({ ...shared, users, provider, ...door }));
  if (provider !== undefined && settings !== undefined) {
    const ways = createWays({ ...parts, seal: createSeal(settings.client.secret, "way to the provider") });
    page.use(createProviderPage({ ...shared, provider, ways }));
  }
  return {
    sessions,
    page,
    async current({ by, person }) {
      if (by === "password") return await users.find(person.name);
      return provider && { ...person, stamp: provider.stamp };
    },
  };
}
