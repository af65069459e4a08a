/** Encrypts what is kept in Redis and whoever reads Redis shall not know: AES-256-GCM, the key derived by HKDF from a secret. */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

export interface Seal {
  close(text: string): string;
  /** @returns undefined when it was closed with another secret, for another purpose, or changed since */
  open(sealed: string): string | undefined;
}

const VERSION = "1";
const [SALT_BYTES, NONCE_BYTES, TAG_BYTES, KEY_BYTES] = [16, 12, 16, 32];

/** @param purpose what is sealed for one cannot be put in the place of another's */
export function createSeal(secret: string, purpose: string): Seal {
  const keyOf = (salt: Buffer): Buffer => Buffer.from(hkdfSync("sha256", secret, salt, purpose, KEY_BYTES));

  return {
    close(text) {
      const [salt, nonce] = [randomBytes(SALT_BYTES), randomBytes(NONCE_BYTES)];
      const cipher = createCipheriv("aes-256-gcm", keyOf(salt), nonce, { authTagLength: TAG_BYTES });
      const closed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return [VERSION, ...[salt, nonce, cipher.getAuthTag(), closed].map((part) => part.toString("base64url"))].join(
        ".",
      );
    },

    open(sealed) {
      const [version, ...parts] = sealed.split(".");
      const [salt, nonce, tag, closed] = parts.map((part) => Buffer.from(part, "base64url"));
      if (version !== VERSION || !salt || !nonce || !tag || !closed) return undefined;
      try {
        const decipher = createDecipheriv("aes-256-gcm", keyOf(salt), nonce, { authTagLength: TAG_BYTES });
        decipher.setAuthTag(tag);
        return Buffer.concat([decipher.update(closed), decipher.final()]).toString("utf8");
      } catch {
        return undefined;
      }
    },
  };
}
