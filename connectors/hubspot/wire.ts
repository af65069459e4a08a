/**
 * Bodies of requests as HubSpot's SDK types them, so that a key that is missing, misspelt or of another kind does not
 * compile. The SDK's types only: its methods lose what HubSpot answers (docs/decisions, 18).
 */
import type {
  AssociationSpec,
  BatchInputPublicAssociationMultiArchive,
  BatchInputPublicAssociationMultiPost,
  BatchInputPublicDefaultAssociationMultiPost,
  BatchInputPublicFetchAssociationsBatchRequest,
} from "@hubspot/api-client/lib/codegen/crm/associations/v4/models/all.js";
import type { PublicMergeInput } from "@hubspot/api-client/lib/codegen/crm/contacts/models/all.js";
import type {
  BatchInputSimplePublicObjectBatchInput,
  BatchInputSimplePublicObjectBatchInputForCreate,
  BatchInputSimplePublicObjectBatchInputUpsert,
  BatchReadInputSimplePublicObjectId,
  PublicAssociationsForObject,
  PublicObjectSearchRequest,
  SimplePublicObjectBatchInput,
  SimplePublicObjectBatchInputForCreate,
  SimplePublicObjectBatchInputUpsert,
} from "@hubspot/api-client/lib/codegen/crm/objects/models/all.js";
import type { PropertyCreate, PropertyGroupCreate } from "@hubspot/api-client/lib/codegen/crm/properties/models/all.js";

/** As it goes over the wire: an enumeration as its words, and a name without the underscore that the SDK puts before some. */
type Wire<T> = T extends string
  ? `${T}`
  : T extends readonly (infer Item)[]
    ? readonly Wire<Item>[]
    : T extends object
      ? { readonly [Name in keyof T as Name extends `_${infer Plain}` ? Plain : Name]: Wire<T[Name]> }
      : T;

export interface WriteInputs {
  readonly create: Wire<SimplePublicObjectBatchInputForCreate>;
  readonly update: Wire<SimplePublicObjectBatchInput>;
  readonly upsert: Wire<SimplePublicObjectBatchInputUpsert>;
}
export type WriteInput = WriteInputs[keyof WriteInputs];
export type InlineAssociation = Wire<PublicAssociationsForObject>;
export type AssociationType = Wire<AssociationSpec>;
/** `phonenumber` is in HubSpot's guide and not in its contract. */
export type FieldType = `${PropertyCreate["fieldType"]}` | "phonenumber";
export type NewProperty = Wire<Omit<PropertyCreate, "fieldType">> & { readonly fieldType: FieldType };
export type Search = Wire<Required<Omit<PublicObjectSearchRequest, "query">>>;

export type Read = Wire<BatchReadInputSimplePublicObjectId>;
export type ReadAssociations = Wire<BatchInputPublicFetchAssociationsBatchRequest>;

export type RequestBody =
  | Wire<BatchInputSimplePublicObjectBatchInputForCreate>
  | Wire<BatchInputSimplePublicObjectBatchInput>
  | Wire<BatchInputSimplePublicObjectBatchInputUpsert>
  | Read
  | Search
  | Wire<BatchInputPublicAssociationMultiPost>
  | Wire<BatchInputPublicDefaultAssociationMultiPost>
  | Wire<BatchInputPublicAssociationMultiArchive>
  | ReadAssociations
  | Wire<PublicMergeInput>
  | NewProperty
  | Wire<PropertyGroupCreate>;
