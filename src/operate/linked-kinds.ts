/** Whether the CRM has the kinds of link that a mapping names, where it has kinds. */
import type { Connector } from "../../connectors/connector.ts";
import { MisconfiguredError } from "../../connectors/errors.ts";
import type { LinkRule, Mapping, Section } from "../mapping/mapping.ts";
import type { MappingProblem } from "../mapping/problems.ts";
import type { Described } from "../mapping/suspicions.ts";
import type { Judged } from "./judged.ts";

/** @throws CrmError when the CRM cannot be asked */
export async function judgeLinks(mapping: Mapping, objects: Described, connector: Connector): Promise<Judged> {
  const isKnown = (object: string): boolean => !("refusal" in (objects.get(object) ?? { refusal: "" }));
  const problems: MappingProblem[] = [];
  const warnings: MappingProblem[] = [];
  const judge = async ({ object }: Section, { to, via, source }: LinkRule): Promise<void> => {
    const target = [...mapping.sections, ...mapping.lookUps].find(({ name }) => name === to)?.object;
    if (target === undefined || ![object, target].every(isKnown)) return;
    const { file, line, column } = source;
    const say = (message: string) => ({ file, line, column, message, excerpt: mapping.lines[line - 1] ?? "" });
    try {
      const message = await connector.linkProblem?.(object, { via, toObject: target });
      if (message !== undefined) problems.push(say(message));
    } catch (error) {
      if (!(error instanceof MisconfiguredError)) throw error;
      warnings.push(say(`whether the CRM has this kind of link could not be found out: ${error.message}`));
    }
  };
  await Promise.all(mapping.sections.flatMap((section) => section.links.map((link) => judge(section, link))));
  return { problems, warnings };
}
