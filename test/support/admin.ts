/** The dashboard as a browser without scripts uses it. */
import { createFormTokens } from "../../src/admin/access/form-token.ts";
import { ADMIN, basic } from "./environment.ts";
import type { TestSystem } from "./system.ts";

export interface AdminPage {
  readonly status: number;
  /** Where a redirection leads. */
  readonly location: string | undefined;
  readonly html: string;
  /** Without tags, in one line. */
  readonly text: string;
}

const AUTHORIZATION = basic(ADMIN);

/** As pairs where a name is there several times. */
type FormFields = Readonly<Record<string, string>> | readonly (readonly [string, string])[];

export interface AdminClient {
  get(path: string): Promise<AdminPage>;
  post(path: string, form?: FormFields): Promise<AdminPage>;
}

export function createAdminClient(system: TestSystem): AdminClient {
  async function ask(path: string, options: RequestInit): Promise<AdminPage> {
    const headers = { authorization: AUTHORIZATION, "sec-fetch-site": "same-origin" };
    const response = await fetch(`${system.url}${path}`, { redirect: "manual", headers, ...options });
    const html = await response.text();
    const text = html.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
    return { status: response.status, location: response.headers.get("location") ?? undefined, html, text };
  }

  return {
    get: (path) => ask(path, {}),
    post: (path, form = {}) => {
      const token = createFormTokens(ADMIN).issue(Date.now());
      return ask(path, { method: "POST", body: new URLSearchParams([...pairsOf(form), ["token", token]]) });
    },
  };
}

function pairsOf(form: FormFields): [string, string][] {
  const pairs = Array.isArray(form) ? form : Object.entries(form);
  return pairs.map(([name, value]) => [name, value]);
}
