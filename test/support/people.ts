/** People who sign in by name, each as a browser without scripts that keeps its cookie. */
import { hashPassword } from "../../src/people/password.ts";

export const PASSWORDS = { vera: "a viewer's long password", otto: "an operator's long password" } as const;

/** Entries of Vera, who may only look, and Otto, an operator. */
export async function veraAndOtto(): Promise<string> {
  const [vera, otto] = await Promise.all([hashPassword(PASSWORDS.vera), hashPassword(PASSWORDS.otto)]);
  return `vera:viewer:${vera},otto:operator:${otto}`;
}

export interface Answer {
  readonly status: number;
  readonly location: string | undefined;
  readonly html: string;
  /** Without tags, in one line. */
  readonly text: string;
  /** As it was set. */
  readonly cookie: string | undefined;
}

export interface SomeBrowser {
  /** `name=value`, as it is sent. */
  cookie: string;
  get(path: string): Promise<Answer>;
  /** From one of our pages. */
  post(path: string, form?: Readonly<Record<string, string>>): Promise<Answer>;
  signIn(name: string, password: string, to?: string): Promise<Answer>;
}

export function createBrowser(url: string): SomeBrowser {
  async function ask(path: string, options: RequestInit): Promise<Answer> {
    const headers = {
      accept: "text/html",
      "sec-fetch-site": "same-origin",
      ...(browser.cookie !== "" && { cookie: browser.cookie }),
    };
    const response = await fetch(new URL(path, url), { redirect: "manual", headers, ...options });
    const html = await response.text();
    const cookie = response.headers.getSetCookie().at(-1);
    if (cookie !== undefined) browser.cookie = cookie.split(";")[0] ?? "";
    const text = html.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
    return { status: response.status, location: response.headers.get("location") ?? undefined, html, text, cookie };
  }

  const browser: SomeBrowser = {
    cookie: "",
    get: (path) => ask(path, {}),
    post: (path, form = {}) => ask(path, { method: "POST", body: new URLSearchParams(form) }),
    signIn: (name, password, to = "/admin") => browser.post("/admin/sign-in", { name, password, to }),
  };
  return browser;
}

/** The token of a page's first form. */
export function tokenIn(html: string): string {
  return /name="token" value="([^"]+)"/.exec(html)?.[1] ?? "";
}
