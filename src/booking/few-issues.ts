/** Lists of which only so many items are found to be wrong: a sender's list may be long, and each fault costs. */
import { z } from "zod";
import { MAX_PROBLEMS } from "./problems.ts";

/** A list that is not looked at further once enough of it is wrong; the issue then says how many items were left. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.array(z.unknown()).transform((items, context) => {
    const good: z.output<Item>[] = [];
    let faults = 0;
    for (const [index, one] of items.entries()) {
      const parsed = item.safeParse(one);
      if (parsed.success) {
        good.push(parsed.data);
        continue;
      }
      for (const { path, message, ...issue } of parsed.error.issues) {
        const params = "params" in issue ? issue.params : undefined;
        context.issues.push({ code: "custom", path: [index, ...path], message, input: undefined, params });
        faults += 1;
      }
      const unseen = items.length - index - 1;
      if (faults < MAX_PROBLEMS || unseen === 0) continue;
      context.issues.push({ code: "custom", message: "", input: undefined, params: { unseen } });
      break;
    }
    return good;
  });
}

/** How many items an issue says were not looked at; undefined where it says what is wrong. */
export function unseenBy(issue: z.core.$ZodIssue): number | undefined {
  if (issue.code !== "custom") return undefined;
  const unseen: unknown = issue.params?.unseen;
  return typeof unseen === "number" ? unseen : undefined;
}
