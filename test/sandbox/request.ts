/** Plain requests to the sandbox, as no connector would make them. */
import type { Sandbox } from "../../sandbox/server.ts";

export interface Said {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
  readonly body: any;
  readonly headers: Headers;
}

export async function ask(sandbox: Sandbox, call: string, body?: unknown, token = "token", more = {}): Promise<Said> {
  const [method = "GET", path = "/"] = call.split(" ");
  const response = await fetch(`${sandbox.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json", ...more },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? undefined : JSON.parse(text), headers: response.headers };
}
