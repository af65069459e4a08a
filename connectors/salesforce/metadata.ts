/** The few calls of the Metadata API that setting an org up takes, through jsforce's SOAP client. */
import { UnavailableError } from "../errors.ts";
import { redactCrmWords } from "../redact.ts";
import type { SalesforceHttp } from "./http.ts";

/** "upsertMetadata()" and "readMetadata()": ten components a call. */
const PER_CALL = 10;

export interface FieldMetadata {
  /** `Contact.BB_Id__c`. */
  readonly fullName: string;
  readonly [setting: string]: unknown;
}

export interface FieldPermission {
  readonly field: string;
  readonly readable: boolean;
  readonly editable: boolean;
}

/** What became of one component; `reason` when it was refused. */
export interface Upserted {
  readonly fullName: string;
  readonly reason: string | undefined;
}

export interface OrgMetadata {
  /** Of these fields, by full name, the ones that exist, whoever may see them. */
  existingFields(fullNames: readonly string[]): Promise<ReadonlySet<string>>;
  upsertFields(fields: readonly FieldMetadata[]): Promise<Upserted[]>;
  /** Undefined when there is no such permission set. */
  fieldPermissions(permissionSet: string): Promise<readonly FieldPermission[] | undefined>;
  upsertPermissionSet(name: string, label: string, permissions: readonly FieldPermission[]): Promise<Upserted>;
  /** Id of the user we are signed in as. */
  userId(): Promise<string>;
}

/** Every call rejects with a CrmError. */
export function createOrgMetadata(http: SalesforceHttp): OrgMetadata {
  const purpose = { operation: "provision" };

  return {
    async existingFields(fullNames) {
      const found = new Set<string>();
      for (const names of inParts(fullNames)) {
        const read = await http.through(purpose, ({ metadata }) => metadata.read("CustomField", names));
        for (const { fullName } of read) if (typeof fullName === "string" && fullName !== "") found.add(fullName);
      }
      return found;
    },

    async upsertFields(fields) {
      const results: Upserted[] = [];
      for (const part of inParts(fields)) {
        const answers = await http.through(purpose, ({ metadata }) => metadata.upsert("CustomField", part));
        results.push(...part.map(({ fullName }, index) => toUpserted(fullName, answers[index])));
      }
      return results;
    },

    async fieldPermissions(permissionSet) {
      const [found] = await http.through(purpose, ({ metadata }) => metadata.read("PermissionSet", [permissionSet]));
      if (!found?.fullName) return undefined;
      return (found.fieldPermissions ?? []).map(({ field, readable, editable }) => ({
        field,
        readable: readable ?? false,
        editable,
      }));
    },

    async upsertPermissionSet(name, label, permissions) {
      const set = { fullName: name, label, fieldPermissions: [...permissions] };
      const [answer] = await http.through(purpose, ({ metadata }) => metadata.upsert("PermissionSet", [set]));
      return toUpserted(name, answer);
    },

    async userId() {
      const { userId } = await http.through(purpose, ({ soap }) => soap.getUserInfo());
      if (!userId) throw new UnavailableError("Salesforce did not say which user we are.");
      return userId;
    },
  };
}

interface Answer {
  readonly success: boolean;
  readonly errors?: readonly { readonly message: string; readonly statusCode: string }[];
}

function toUpserted(fullName: string, answer: Answer | undefined): Upserted {
  if (answer?.success) return { fullName, reason: undefined };
  const [error] = answer?.errors ?? [];
  const reason = error === undefined ? "Salesforce said nothing about it." : `${error.statusCode}: ${error.message}`;
  return { fullName, reason: redactCrmWords(reason) };
}

function inParts<T>(items: readonly T[]): T[][] {
  const parts: T[][] = [];
  for (let start = 0; start < items.length; start += PER_CALL) parts.push(items.slice(start, start + PER_CALL));
  return parts;
}
