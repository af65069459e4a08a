/** A request whose refusal is an answer too, and the records that it leaves behind. */
import { CrmError } from "../../errors.ts";
import type { Facts, TestRecord } from "../../recognise.ts";
import { open } from "../../recognised.ts";
import { type BatchAnswer, parseBatchAnswer } from "../batch-shape.ts";
import type { HubspotHttp } from "../http.ts";
import type { Paths } from "../paths.ts";
import type { Properties } from "../properties.ts";
import type { RequestBody } from "../wire.ts";

export interface Probing {
  readonly http: HubspotHttp;
  readonly paths: Paths;
  readonly properties: Properties;
  /** Ids of all that was made, to be removed. */
  readonly made: Set<string>;
  /** Scopes that a refusal named. */
  readonly scopes: Set<string>;
}

/** @returns undefined when the batch was refused as a whole, for what was in it */
export async function askBatch(
  { http, paths, made }: Probing,
  object: string,
  operation: "read" | "create" | "update" | "upsert",
  body: RequestBody,
): Promise<BatchAnswer | undefined> {
  const path = paths.objects(object, `/batch/${operation}`);
  try {
    const context = { target: "id" } as const;
    const answer = await http.send({ method: "POST", path, body, operation: "recognise", object, context });
    const parsed = parseBatchAnswer(answer, object);
    if (operation !== "read") for (const result of parsed.results) if (result !== undefined) made.add(result.id);
    return parsed;
  } catch (error) {
    const isRefused = error instanceof CrmError && ["rejected", "duplicate", "not_found"].includes(error.kind);
    if (!isRefused) throw error;
    return undefined;
  }
}

/** What of a test person any account takes: texts. */
export function propertiesOf({ key, values }: TestRecord): Record<string, string> {
  const texts = Object.entries(values).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return { ...Object.fromEntries(texts), [key.field]: key.value };
}

/** The facts of one probe; where it could not be made, all of them open, and why. */
export async function settle(
  { scopes }: Pick<Probing, "scopes">,
  names: readonly string[],
  probe: () => Promise<Facts>,
): Promise<Facts> {
  try {
    return await probe();
  } catch (error) {
    if (!(error instanceof CrmError)) throw error;
    noteScopes(scopes, error);
    const why = `HubSpot did not let it be tried: ${error.code ?? error.kind}`;
    return open(names, why);
  }
}

function noteScopes(scopes: Set<string>, { code, message }: CrmError): void {
  if (code !== "MISSING_SCOPES") return;
  for (const scope of message.match(/\bcrm\.[a-z0-9_.-]*[a-z0-9]/g) ?? []) scopes.add(scope);
}
