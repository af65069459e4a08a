/** The cookies that a browser is known by, sent to this host alone and shown to no script. */
import type { CookieOptions, Request, Response } from "express";
import { WAY_MS } from "../../people/ways.ts";

/** `Lax`, since an identity provider sends people back from its own pages. */
const OPTIONS: CookieOptions = { httpOnly: true, sameSite: "lax", path: "/" };

export interface Cookie {
  read(request: Request): string | undefined;
  set(request: Request, response: Response, value: string): void;
  clear(request: Request, response: Response): void;
}

/**
 * @param name without the prefix that browsers hold to HTTPS, one host and the whole of it
 * @param lasts in milliseconds; else as long as the browser is open
 */
function createCookie(name: string, lasts?: { readonly maxAge: number }): Cookie {
  // Over HTTPS nothing but the prefixed one counts: a page of a sister host could set the other.
  const nameAt = (request: Request): string => (request.secure ? `__Host-${name}` : name);
  return {
    read(request) {
      const start = `${nameAt(request)}=`;
      const parts = (request.headers.cookie ?? "").split(";").map((part) => part.trim());
      return parts.find((part) => part.startsWith(start))?.slice(start.length);
    },
    set(request, response, value) {
      response.cookie(nameAt(request), value, { ...OPTIONS, ...lasts, secure: request.secure });
    },
    clear(request, response) {
      response.clearCookie(nameAt(request), { ...OPTIONS, secure: request.secure });
    },
  };
}

export const sessionCookie = createCookie("crm-sync-session");
/** Of a way to the provider that was begun and is not over. */
export const wayCookie = createCookie("crm-sync-way", { maxAge: WAY_MS });
