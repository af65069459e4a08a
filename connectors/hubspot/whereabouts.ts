/**
 * What became of a record of which HubSpot says nothing: one that was merged away can be left out of the answer to a batch
 * of updates, without an error. Asked for by its old id, HubSpot answers with the record that is left.
 */
import { z } from "zod";
import { CrmError, NotFoundError, UnavailableError } from "../errors.ts";
import type { HubspotHttp } from "./http.ts";
import type { Paths } from "./paths.ts";

/** HubSpot answered a batch and did not mention this record. */
export class LeftOutError extends UnavailableError {
  constructor(object: string) {
    super("HubSpot accepted the batch but said nothing about this record.", { object });
  }
}

const record = z.looseObject({ id: z.union([z.string(), z.number()]).transform(String) });

/** @returns why nothing was said of the record: a NotFoundError when it is gone, else something that passes */
export async function whereabouts(
  { http, paths }: { readonly http: HubspotHttp; readonly paths: Paths },
  object: string,
  id: string,
): Promise<CrmError> {
  const unsaid = new LeftOutError(object);
  try {
    const path = paths.objects(object, `/${encodeURIComponent(id)}`);
    const context = { target: "id" } as const;
    const { body } = await http.send({ method: "GET", path, operation: "find", object, records: 1, context });
    const { data } = record.safeParse(body);
    return data === undefined || data.id === id ? unsaid : mergedInto(data.id, id, object);
  } catch (error) {
    // What refuses the look says nothing of the record.
    return error instanceof CrmError && (error.retry || error instanceof NotFoundError) ? error : unsaid;
  }
}

/** Of a call of which more is left unsaid, the rest is tried again later. */
export const MAX_LEFT_OUT = 10;

/** @returns for each id a NotFoundError when it is gone, else something that passes */
export async function whereaboutsOf(
  deps: { readonly http: HubspotHttp; readonly paths: Paths },
  object: string,
  ids: readonly string[],
): Promise<CrmError[]> {
  return await Promise.all(
    ids.map((id, index) => (index < MAX_LEFT_OUT ? whereabouts(deps, object, id) : new LeftOutError(object))),
  );
}

export function mergedInto(survivorId: string, id: string, object?: string): NotFoundError {
  const message = `HubSpot answers for another record: ${id} was merged into it.`;
  return new NotFoundError(message, { ...(object !== undefined && { object }), survivorId });
}
