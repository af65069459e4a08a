/** Every variable there is: the service's own, and those of every CRM. */
import { connectors } from "../../connectors/index.ts";
import { variables, variablesOf } from "../../src/config/variables.ts";

export const everyVariable = [...variables, ...connectors.flatMap(variablesOf)];
