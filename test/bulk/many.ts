/** Many purchases that failed, and jobs as the dashboard starts them. */
import type { AdminClient, AdminPage } from "../support/admin.ts";
import { somebodys } from "../support/scenes.ts";
import type { TestSystem } from "../support/system.ts";

/** Purchases that Salesforce refused, and would take now. @returns their ids */
export async function refusing(system: TestSystem, count: number): Promise<string[]> {
  const body = [{ success: false, errors: [{ statusCode: "REQUIRED_FIELD_MISSING", message: "no", fields: [] }] }];
  system.sandbox.faults.set([{ crm: "salesforce", match: "Event", action: { type: "status", status: 400, body } }]);
  const ids = Array.from({ length: count }, (_, index) => index + 1);
  const person = (id: number) => ({ first: "Ada", last: `No ${id}`, email: `ada${id}@example.com` });
  for (let from = 0; from < count; from += 50) {
    await Promise.all(ids.slice(from, from + 50).map((id) => system.post("bookings", somebodys(id, person(id)))));
  }
  await system.quiet();
  system.sandbox.faults.set([]);
  return ids.map(String);
}

/** @returns the job's id */
export async function startOn(admin: AdminClient, asked: Readonly<Record<string, string>>): Promise<string> {
  const { status, location = "", text } = await admin.post("/admin/jobs", asked);
  if (status !== 303) throw new Error(`not started: ${status} ${text}`);
  return /^\/admin\/jobs\/([^?]+)/.exec(location)?.[1] ?? "";
}

export function jobAt(admin: AdminClient, id: string): Promise<AdminPage> {
  return admin.get(`/admin/jobs/${id}`);
}
