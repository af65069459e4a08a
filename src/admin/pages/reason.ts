/** The reason that an operator gives for throwing something away. */
import { redactCrmWords } from "../../../connectors/redact.ts";
import { PageError } from "../page.ts";

const MAX_REASON = 200;

/** It goes into the log, so that addresses and numbers are taken out. @throws PageError when none is given */
export function reasonOf(form: URLSearchParams): string {
  const reason = redactCrmWords((form.get("reason") ?? "").trim()).slice(0, MAX_REASON);
  if (reason === "") throw new PageError(400, "Say why it is of no use. Go back and give a reason.");
  return reason;
}
