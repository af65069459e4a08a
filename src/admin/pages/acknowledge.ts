/** `POST /admin/alerts/acknowledge`: somebody sees to what people were told of, and nobody is told of it again. */
import type { AdminDeps } from "../deps.ts";
import { type PageAnswer, PageError, type PageRequest } from "../page.ts";

export async function acknowledgeAlert(
  { announced }: AdminDeps,
  { form, username, concerns }: PageRequest,
): Promise<PageAnswer> {
  const found = await announced.acknowledge(form.get("alert") ?? "", username);
  if (found === undefined) throw new PageError(409, "This alert is over already. Go back and reload the page.");
  concerns({ alert: found.key });
  return { kind: "done", to: "/admin", notice: { what: "acknowledged", count: 1 } };
}
