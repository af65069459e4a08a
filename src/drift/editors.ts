/** Who edited the fields of a record, and what was decided of an edit before. */
import type { Connector } from "../../connectors/connector.ts";
import type { Edit } from "../../connectors/edits.ts";
import { CrmError, type RecordPlace } from "../../connectors/errors.ts";
import { askedNow } from "./decided.ts";
import type { Drifted, DriftedField } from "./drifted.ts";

/** @param before what is known of the record: of an edit that was seen before nobody is asked again who made it */
export async function withEditors(
  connector: Pick<Connector, "edits">,
  place: RecordPlace,
  fields: readonly DriftedField[],
  before: Drifted | undefined,
): Promise<readonly DriftedField[]> {
  const known = new Map((before?.kind === "drifted" ? before.fields : []).map((one) => [one.field, one]));
  const isNews = ({ field, theirs }: DriftedField): boolean => known.get(field)?.theirs !== theirs;
  const news = fields.filter((one) => isNews(one) && one.associated === undefined).map(({ field }) => field);
  const edits = news.length === 0 ? [] : await editsOf(connector, place, news);
  const byField = new Map(edits.map((edit) => [edit.field, edit]));
  return fields.map((one) => {
    const { at, by, isOurs } = (isNews(one) ? byField : known).get(one.field) ?? {};
    return { ...one, asks: askedNow(one, known.get(one.field)), at, by, isOurs };
  });
}

/** That nobody can say who it was hides no edit, and keeps nobody from deciding. */
async function editsOf(
  connector: Pick<Connector, "edits">,
  { object, id }: RecordPlace,
  fields: readonly string[],
): Promise<readonly Edit[]> {
  try {
    return (await connector.edits?.(object, id, fields)) ?? [];
  } catch (error) {
    if (error instanceof CrmError) return [];
    throw error;
  }
}
