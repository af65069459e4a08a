/** Whom a body names, as far as it can be read. */
import { parseNotification } from "../booking/parse.ts";
import { type Named, peopleNamedIn } from "../booking/people.ts";
import type { UnderstoodItem } from "./understand.ts";

export function peopleOf({ body }: Pick<UnderstoodItem, "body">): Named {
  const parsed = parseNotification(body);
  if (parsed.kind !== "purchase") return { emails: new Set(), clientIds: new Set() };
  return peopleNamedIn(parsed.notification);
}
