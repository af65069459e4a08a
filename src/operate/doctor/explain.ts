/** A CRM's error as a finding. */
import { CrmError } from "../../../connectors/errors.ts";
import type { ChosenCrm } from "../../config/crms.ts";
import { complaint, remedy } from "../crm-remedy.ts";
import { type Finding, ill } from "./finding.ts";

export function explain(doing: string, error: unknown, chosen: ChosenCrm): Finding {
  if (!(error instanceof CrmError)) throw error;
  return ill(`${doing}: ${complaint(error)}`, remedy(error, chosen));
}
