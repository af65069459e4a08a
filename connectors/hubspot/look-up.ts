/** What is looked up, and the records in HubSpot's answer to it. */
import type { CrmRecord, FieldValue } from "../connector.ts";
import { UnavailableError } from "../errors.ts";
import { comparable } from "./batch-answer.ts";
import { parseBatchAnswer, type ResultItem } from "./batch-shape.ts";
import type { HubspotAnswer, HubspotHttp } from "./http.ts";
import type { Paths } from "./paths.ts";
import type { Properties } from "./properties.ts";

export interface LookUp {
  readonly object: string;
  /** Undefined: by HubSpot's own id. */
  readonly field: string | undefined;
  readonly select: readonly string[];
  /** What the CRM leaves out of its answer is no error. */
  readonly also: readonly string[];
}

export type Found = readonly CrmRecord[];

export interface FinderDeps {
  readonly http: HubspotHttp;
  readonly paths: Paths;
  readonly properties: Properties;
}

/** @throws UnavailableError where the answer has no list of records, or one that cannot be read */
export function resultsOf(answer: HubspotAnswer, object: string): ResultItem[] {
  const { body, requestId } = answer;
  const hasList = typeof body === "object" && body !== null && Array.isArray(Reflect.get(body, "results"));
  const { results } = parseBatchAnswer(answer, object);
  const items = results.filter((item) => item !== undefined);
  if (hasList && items.length === results.length) return items;
  throw new UnavailableError("HubSpot's answer to a look-up is not a list of records.", { object, requestId });
}

export function propertiesToRead({ field, select, also }: LookUp): string[] {
  const secondary = field === "email" ? ["hs_additional_emails"] : [];
  return [...new Set([...(field === undefined ? [] : [field]), ...secondary, ...select, ...also])];
}

/** @throws UnavailableError when a record came without its properties: they are not known to be empty */
export function toRecords({ object, select, also }: LookUp, items: readonly ResultItem[]): CrmRecord[] {
  return items.map(({ id, properties }) => {
    if (properties === undefined && select.length > 0) {
      throw new UnavailableError("HubSpot returned a record without its properties.", { object });
    }
    const told = also.filter((name) => properties?.[name] !== undefined);
    const values = Object.fromEntries([...select, ...told].map((name) => [name, toFieldValue(properties?.[name])]));
    return { object, id, values };
  });
}

function toFieldValue(raw: unknown): FieldValue {
  if (typeof raw === "string") return raw === "" ? null : raw;
  return typeof raw === "number" || typeof raw === "boolean" ? raw : null;
}

/** A contact also answers to its additional e-mails, kept as one list with semicolons. */
export function isOf({ id, properties }: ResultItem, field: string | undefined, value: string): boolean {
  if (field === undefined) return id === value.trim();
  const own = String(properties?.[field] ?? "");
  const others = field === "email" ? String(properties?.hs_additional_emails ?? "").split(";") : [];
  return [own, ...others].some((one) => comparable(one) === comparable(value));
}
