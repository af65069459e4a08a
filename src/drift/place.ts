/** Where a record is in its CRM. */

export interface RecordPlace {
  readonly object: string;
  readonly id: string;
}

export function placeOf({ object, id }: RecordPlace): string {
  return `${object}:${id}`;
}
