/**
 * HubSpot keeps a plain association beside a label, and leaves it when the label goes. Where that is all that is left of an
 * association of ours, it goes as well; one that somebody gave another label stays.
 */
import type { Link } from "../connector.ts";
import { type AssociatorDeps, isToSame } from "./associate.ts";
import { associated } from "./locate.ts";

type Dissociate = (from: string, fromId: string, link: Link) => Promise<void>;

/** @param gone what was taken away from the record @param kept what still is to lead from it to some of the same records */
export type ForgetPlain = (from: string, fromId: string, gone: readonly Link[], kept: readonly Link[]) => Promise<void>;

export function createForgetPlain(deps: AssociatorDeps, dissociate: Dissociate): ForgetPlain {
  async function forget(from: string, fromId: string, link: Link): Promise<void> {
    const all = await associated(deps, from, fromId, link.toObject);
    const kinds = all.find(({ toObjectId }) => toObjectId === link.toId)?.associationTypes ?? [];
    const [plain] = kinds;
    if (plain === undefined || !kinds.every(({ category, label }) => category === "HUBSPOT_DEFINED" && !label)) return;
    await dissociate(from, fromId, { ...link, via: `${plain.category}:${plain.typeId}` });
  }

  return async (from, fromId, gone, kept) => {
    const left = gone.filter((link) => isLabel(link) && !kept.some((one) => isToSame(one, link)));
    const records = new Map(left.map((link) => [`${link.toObject}:${link.toId}`, link]));
    await Promise.all([...records.values()].map((link) => forget(from, fromId, link)));
  };
}

function isLabel({ via }: Link): boolean {
  return via.startsWith("USER_DEFINED:");
}
