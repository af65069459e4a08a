/**
 * A merge puts the records that lost into the recycle bin, where `queryAll` still says which record is left ("merge()":
 * accounts, contacts and leads). One that was merged into may have been merged away itself, so its own end is asked for with it.
 */
import { NotFoundError } from "../errors.ts";

const MERGED = new Set(["account", "contact", "lead"]);

export const BIN_FIELDS = ["IsDeleted", "MasterRecordId", "MasterRecord.IsDeleted", "MasterRecord.MasterRecordId"];

export function canBeMerged(object: string): boolean {
  return MERGED.has(object.toLowerCase());
}

/** What `BIN_FIELDS` say of a record. */
export type Fate = "there" | "deleted" | { readonly survivorId: string };

/** @param read reads one of `BIN_FIELDS` */
export function fateOf(read: (field: string) => unknown): Fate {
  if (read("IsDeleted") !== true) return "there";
  const masters = ["MasterRecord.MasterRecordId", "MasterRecordId"].map(read);
  const survivorId = masters.find((id) => typeof id === "string" && id !== "");
  return typeof survivorId === "string" ? { survivorId } : "deleted";
}

export function mergedAway(object: string, id: string, { survivorId }: { readonly survivorId: string }): NotFoundError {
  return new NotFoundError(`Salesforce says that ${id} was merged into another record.`, { object, survivorId });
}
