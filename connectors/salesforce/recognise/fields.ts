/** What a person's fields are called in the objects that people are written to: Contact, Lead and Account. */
import type { TestRecord } from "../../recognise.ts";

export function emailFieldOf({ values }: TestRecord): string | undefined {
  return ["Email", "PersonEmail"].find((name) => typeof values[name] === "string");
}
