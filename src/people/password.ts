/** Passwords as scrypt makes them: what is kept of one, and whether one is right. */
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import type { PasswordHash } from "../config/users.ts";

/** 32 MB and about a tenth of a second for each try, as OWASP advises. */
const COST = { log2N: 15, r: 8, p: 3 } as const;
const KEY_BYTES = 32;
const SALT_BYTES = 16;

const derive = promisify<string, Buffer, number, object, Buffer>(scrypt);

function keyFrom(password: string, { log2N, r, p, salt }: Omit<PasswordHash, "key">): Promise<Buffer> {
  const N = 2 ** log2N;
  // The same character may be typed in several ways.
  return derive(password.normalize("NFKC"), salt, KEY_BYTES, { N, r, p, maxmem: 256 * N * r });
}

/** @returns what `ADMIN_USERS` has of it */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const key = await keyFrom(password, { ...COST, salt });
  const { log2N, r, p } = COST;
  return ["scrypt", log2N, r, p, salt.toString("base64url"), key.toString("base64url")].join(".");
}

/** Eighty bits and more that can be typed. */
export function makePassword(): string {
  return randomBytes(15).toString("base64url");
}

const NOBODYS: PasswordHash = { ...COST, salt: Buffer.alloc(SALT_BYTES), key: Buffer.alloc(KEY_BYTES) };

const MAX_WAITING = 20;

/** Tries come faster than they can be looked at. */
export class TooManyTriesError extends Error {
  override readonly name = "TooManyTriesError";
  readonly kind = "too_many_tries";
  constructor() {
    super("Too many are signing in at this moment. Try again in a few seconds.");
  }
}

/** @throws TooManyTriesError */
export type PasswordCheck = (password: string, hash: PasswordHash | undefined) => Promise<boolean>;

/**
 * One at a time, so that whoever tries many takes the memory of one. A user that there is not takes as long as one that there
 * is, and is refused.
 */
export function createPasswordCheck(): PasswordCheck {
  let before: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return async (password, hash) => {
    if (waiting >= MAX_WAITING) throw new TooManyTriesError();
    waiting += 1;
    const mine = before.then(() => isRight(password, hash));
    before = mine.catch(() => {});
    try {
      return await mine;
    } finally {
      waiting -= 1;
    }
  };
}

async function isRight(password: string, hash: PasswordHash | undefined): Promise<boolean> {
  const { key, ...how } = hash ?? NOBODYS;
  const isSame = timingSafeEqual(await keyFrom(password, how), key);
  return isSame && hash !== undefined;
}
