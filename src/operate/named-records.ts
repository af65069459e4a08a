/** Whether the CRM has the records that a mapping names by their ids. */
import type { Connector } from "../../connectors/connector.ts";
import { MisconfiguredError, NotFoundError, RejectedError } from "../../connectors/errors.ts";
import type { NamedId } from "../mapping/named-ids.ts";
import type { Judged } from "./judged.ts";

/** An id that may be of more objects than that is not looked for. */
const MOST_OBJECTS = 4;

type Verdict = "there" | "missing" | "unknown";

/** @throws CrmError when the CRM cannot be asked */
export async function judgeIds(ids: readonly NamedId[], connector: Connector): Promise<Judged> {
  const judged = await Promise.all(ids.map(async (one) => ({ one, verdict: await verdictOn(one, connector) })));
  const say = (verdict: Verdict, words: (one: NamedId) => string) =>
    judged.flatMap(({ one, verdict: is }) => (is === verdict ? [{ ...one.place, message: words(one) }] : []));
  return {
    problems: say("missing", ({ id, field, objects }) => {
      const whose = objects.map((object) => `\`${object}\``).join(" and no ");
      return `the CRM has no ${whose} with the id ${id}${field === undefined ? "" : `, which \`${field}\` is to hold`}`;
    }),
    warnings: say("unknown", ({ id, field }) => {
      const what = field === undefined ? "" : ` of \`${field}\``;
      return `whether the CRM has a record with the id ${id}${what} could not be found out`;
    }),
  };
}

async function verdictOn({ id, objects }: NamedId, connector: Connector): Promise<Verdict> {
  if (objects.length === 0 || objects.length > MOST_OBJECTS) return "unknown";
  const verdicts = await Promise.all(objects.map((object) => look(connector, object, id)));
  return verdicts.find((one) => one === "there") ?? verdicts.find((one) => one === "unknown") ?? "missing";
}

async function look(connector: Connector, object: string, id: string): Promise<Verdict> {
  try {
    return (await connector.find({ object, by: { id }, select: [] })).length > 0 ? "there" : "missing";
  } catch (error) {
    // What cannot be an id is none; one that was merged away leads nowhere.
    if (error instanceof RejectedError || error instanceof NotFoundError) return "missing";
    if (error instanceof MisconfiguredError) return "unknown";
    throw error;
  }
}
