/**
 * Setting the make-believe org up: the SOAP calls by which custom fields and permission sets are made ("Metadata API
 * Developer Guide"), and the one that says who is signed in. A new field is hidden until a permission set that grants it
 * is assigned to the user.
 */
import { count, type SandboxAnswer, type SandboxRequest, type SandboxStats } from "../crm.ts";
import type { SalesforceSandboxOptions } from "./options.ts";
import type { Org } from "./rows.ts";
import type { Field } from "./schema.ts";
import { OUR_USER } from "./users.ts";

const MAX_COMPONENTS = 10;
const SOAP_PATH = /^\/services\/Soap\/[mu]\/\d+\.0$/;

export interface Setup {
  owns(path: string): boolean;
  /** The session stands in the envelope, not in a header. */
  sessionOf(request: SandboxRequest): string;
  handle(request: SandboxRequest): SandboxAnswer;
  refuseSession(): SandboxAnswer;
  /** Shows the user what permission sets that are assigned by now let them see. */
  reveal(): void;
}

export function createSetup(org: Org, options: SalesforceSandboxOptions, stats: SandboxStats): Setup {
  const hidden = new Map<string, Field>();
  const granted = new Map<string, Set<string>>();
  const permissionPrefix = options.activityPermissions ?? "Activity";

  function upsert(type: string, xml: string): string {
    const [fullName = ""] = texts(xml, "fullName");
    return type === "CustomField" ? upsertField(fullName, xml) : upsertPermissionSet(fullName, xml);
  }

  function upsertField(fullName: string, xml: string): string {
    const [object = "", name = ""] = fullName.split(".");
    const holder = object === "Activity" ? "Event" : object;
    if (org.schema[holder] === undefined || object === "Event") {
      return refused(fullName, "INVALID_CROSS_REFERENCE_KEY", `Entity of type ${object} not found`);
    }
    if (!/^[A-Za-z]\w*__c$/.test(name)) return refused(fullName, "FIELD_INTEGRITY_EXCEPTION", `Bad name: ${name}`);
    const created = !exists(fullName);
    const field = toField(xml);
    if (field === undefined) return refused(fullName, "FIELD_INTEGRITY_EXCEPTION", "Must specify 'length'");
    if (created) hidden.set(fullName, field);
    return `<result><created>${created}</created><fullName>${fullName}</fullName><success>true</success></result>`;
  }

  function upsertPermissionSet(name: string, xml: string): string {
    const fields = elements(xml, "fieldPermissions").flatMap((one) => texts(one, "field"));
    const unknown = fields.find((field) => !exists(toDefined(field)) || isOtherPrefix(field));
    if (unknown !== undefined) {
      return refused(name, "INVALID_CROSS_REFERENCE_KEY", `In field: field - no CustomField named ${unknown} found`);
    }
    const created = !granted.has(name);
    if (created) org.create("PermissionSet", { Name: name, Label: name });
    granted.set(name, new Set([...(granted.get(name) ?? []), ...fields]));
    return `<result><created>${created}</created><fullName>${name}</fullName><success>true</success></result>`;
  }

  function isOtherPrefix(field: string): boolean {
    return /^(Activity|Event)\./.test(field) && !field.startsWith(`${permissionPrefix}.`);
  }

  function exists(fullName: string): boolean {
    const [object = "", name = ""] = fullName.split(".");
    return hidden.has(fullName) || org.schema[object === "Activity" ? "Event" : object]?.[name] !== undefined;
  }

  function read(type: string, names: readonly string[]): string {
    const records = names.map((name) => {
      const known = type === "CustomField" ? exists(name) : granted.has(name);
      if (!known) return '<records xsi:nil="true"/>';
      const permissions = [...(granted.get(name) ?? [])].map(
        (field) =>
          `<fieldPermissions><editable>true</editable><field>${field}</field><readable>true</readable></fieldPermissions>`,
      );
      return `<records xsi:type="${type}"><fullName>${name}</fullName>${permissions.join("")}</records>`;
    });
    return `<result>${records.join("")}</result>`;
  }

  function handle(request: SandboxRequest): SandboxAnswer {
    const { body } = request;
    if (body.includes("<getUserInfo")) {
      return envelope("getUserInfoResponse", `<result><userId>${OUR_USER.id}</userId></result>`);
    }
    count(stats, "metadata");
    if (options.mayModifyMetadata === false) {
      return fault("INSUFFICIENT_ACCESS", "use of the Metadata API requires a user with the ModifyMetadata permission");
    }
    const [reading] = elements(body, "readMetadata");
    if (reading !== undefined) {
      const [type = ""] = texts(reading, "type");
      return envelope("readMetadataResponse", read(type, texts(reading, "fullNames")));
    }
    const components = [...body.matchAll(/<metadata xsi:type="(\w+)">([\s\S]*?)<\/metadata>/g)];
    if (components.length > MAX_COMPONENTS) {
      stats.violations.push(`${components.length} components in one metadata call`);
      return fault("LIMIT_EXCEEDED", `record limit reached. cannot submit more than ${MAX_COMPONENTS} records`);
    }
    return envelope("upsertMetadataResponse", components.map(([, type = "", xml = ""]) => upsert(type, xml)).join(""));
  }

  return {
    owns: (path) => SOAP_PATH.test(path),
    sessionOf: ({ body }) => texts(body, "sessionId")[0] ?? "",
    handle,
    refuseSession: () => fault("INVALID_SESSION_ID", "Invalid Session ID found in SessionHeader: Illegal Session"),
    reveal() {
      const assignments = org.table("PermissionSetAssignment")?.find("AssigneeId", OUR_USER.id) ?? [];
      const sets = assignments.map(({ values }) => org.byId("PermissionSet", String(values.PermissionSetId)));
      for (const name of sets.flatMap((set) => [...(granted.get(String(set?.values.Name)) ?? [])])) {
        const field = hidden.get(toDefined(name));
        const [object = "", fieldName = ""] = toDefined(name).split(".");
        const fields = org.schema[object === "Activity" ? "Event" : object];
        if (field !== undefined && fields !== undefined) fields[fieldName] = field;
      }
    },
  };
}

/** An activity's field is defined on Activity, however a permission names it. */
function toDefined(permission: string): string {
  return permission.replace(/^Event\./, "Activity.");
}

function toField(xml: string): Field | undefined {
  const one = (name: string): string | undefined => texts(xml, name)[0];
  const length = Number(one("length"));
  const unique = one("unique") === "true" && one("externalId") === "true";
  switch (one("type")) {
    case "Text":
      return length > 0 ? { type: { type: "string", length }, ...(unique && { unique }) } : undefined;
    case "LongTextArea":
      return length > 255 ? { type: { type: "textarea", length } } : undefined;
    case "Number":
      return one("precision") === undefined ? undefined : { type: { type: "double" } };
    case "Checkbox":
      return one("defaultValue") === undefined ? undefined : { type: { type: "boolean" } };
    case "DateTime":
    case "Date":
      return { type: { type: "datetime" } };
    case "Picklist": {
      const values = elements(xml, "value").flatMap((value) => texts(value, "fullName"));
      return { type: { type: "picklist", values, restricted: one("restricted") === "true" } };
    }
    case "Email":
      return { type: { type: "email", length: 80 } };
    case "Phone":
      return { type: { type: "phone", length: 40 } };
    case "Url":
      return { type: { type: "string", length: 255 } };
    default:
      return undefined;
  }
}

function elements(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}(?:\\s[^>]*)?>([\\s\\S]*?)</${name}>`, "g"))].map(
    ([, inner = ""]) => inner,
  );
}

function texts(xml: string, name: string): string[] {
  return elements(xml, name).filter((inner) => !inner.includes("<"));
}

function refused(fullName: string, code: string, message: string): string {
  const errors = `<errors><message>${message}</message><statusCode>${code}</statusCode></errors>`;
  return `<result><created>false</created>${errors}<fullName>${fullName}</fullName><success>false</success></result>`;
}

const NAMESPACES =
  'xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns="http://soap.sforce.com/2006/04/metadata" ' +
  'xmlns:sf="http://soap.sforce.com/2006/04/metadata" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';

function envelope(response: string, inner: string, status = 200): SandboxAnswer {
  const body = `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope ${NAMESPACES}><soapenv:Body><${response}>${inner}</${response}></soapenv:Body></soapenv:Envelope>`;
  return { status, body, headers: { "content-type": "text/xml;charset=UTF-8" } };
}

function fault(code: string, message: string): SandboxAnswer {
  const inner = `<faultcode>sf:${code}</faultcode><faultstring>${code}: ${message}</faultstring>`;
  return envelope("soapenv:Fault", inner, 500);
}
