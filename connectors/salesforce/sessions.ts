/** The session that all requests share: signed in once, forgotten when Salesforce no longer accepts it. */
import type { Session, SignIn } from "./auth.ts";

export interface Sessions {
  /** All who ask while nobody is signed in share one sign-in. A failed one is forgotten: the next caller asks anew. */
  get(): Promise<Session>;
  /** Forgets the session, unless somebody has put a newer one in its place. */
  drop(refused: Session): void;
  /** The last session, good or not. */
  last(): Session | undefined;
}

export function createSessions(signIn: SignIn): Sessions {
  let pending: Promise<Session> | undefined;
  let current: Session | undefined;
  let last: Session | undefined;

  async function start(): Promise<Session> {
    try {
      current = await signIn();
      last = current;
      return current;
    } catch (error) {
      pending = undefined;
      throw error;
    }
  }

  return {
    get() {
      pending ??= start();
      return pending;
    },
    drop(refused) {
      if (refused !== current) return;
      current = undefined;
      pending = undefined;
    },
    last: () => last,
  };
}
