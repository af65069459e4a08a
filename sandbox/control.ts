/** How other processes look into the sandbox and tell it what to do: JSON under `/_control`. */
import { z } from "zod";
import type { FieldChange, SandboxAnswer, SandboxCrm, SandboxFace, SandboxRequest } from "./crm.ts";
import { type Faults, faultRule } from "./faults.ts";

export const OBJECTS = {
  salesforce: { contacts: "Contact", appointments: "Event" },
  hubspot: { contacts: "contacts", appointments: "meetings" },
} as const;

const seedBody = z.object({
  crm: z.enum(["salesforce", "hubspot"]),
  object: z.string(),
  values: z.record(z.string(), z.unknown()),
});

const fieldChange: z.ZodType<FieldChange> = z.discriminatedUnion("kind", [
  z.object({ kind: z.enum(["remove", "read_only", "required", "not_unique", "restore", "number"]) }),
  z.object({ kind: z.literal("length"), length: z.int().positive() }),
  z.object({ kind: z.literal("options"), options: z.array(z.string()) }),
]);
const alterBody = z.object({
  crm: z.enum(["salesforce", "hubspot"]),
  object: z.string(),
  field: z.string(),
  change: fieldChange,
});

interface Controlled {
  readonly salesforce: SandboxCrm;
  readonly hubspot: SandboxCrm;
  readonly bookingbug: SandboxFace;
  readonly faults: Faults;
}

export function handleControl(request: SandboxRequest, sandbox: Controlled): SandboxAnswer {
  const { salesforce, hubspot, bookingbug, faults } = sandbox;
  switch (`${request.method} ${request.path}`) {
    case "GET /_control/state":
      return { status: 200, body: { salesforce: stateOf(salesforce), hubspot: stateOf(hubspot) } };
    case "GET /_control/stats":
      return {
        status: 200,
        body: { salesforce: salesforce.stats, hubspot: hubspot.stats, bookingbug: bookingbug.stats },
      };
    case "POST /_control/reset":
      salesforce.reset();
      hubspot.reset();
      bookingbug.reset();
      faults.set([]);
      return { status: 204 };
    case "POST /_control/faults":
      faults.set(z.array(faultRule).parse(JSON.parse(request.body)));
      return { status: 204 };
    case "POST /_control/seed": {
      const { crm, object, values } = seedBody.parse(JSON.parse(request.body));
      return { status: 201, body: { id: sandbox[crm].seed(object, values) } };
    }
    case "POST /_control/schema": {
      const { crm, object, field, change } = alterBody.parse(JSON.parse(request.body));
      sandbox[crm].alter(object, field, change);
      return { status: 204 };
    }
    default:
      return { status: 404, body: { message: "The sandbox knows no such path." } };
  }
}

function stateOf(crm: SandboxCrm): unknown {
  const names = OBJECTS[crm.name];
  return { contacts: crm.records(names.contacts), appointments: crm.records(names.appointments) };
}
