/** Records of one object, with an index for each field that is looked up by value. Text compares without case. */

export type Values = Record<string, unknown>;

export interface StoredRecord {
  readonly id: string;
  values: Values;
  deleted: boolean;
  readonly createdAt: Date;
  updatedAt: Date;
}

export interface Table {
  get(id: string): StoredRecord | undefined;
  all(): StoredRecord[];
  /** Those of the recycle bin too. */
  everything(): StoredRecord[];
  /** The first live records. */
  first(count: number): StoredRecord[];
  /** Live records whose field has this value. */
  find(field: string, value: unknown): StoredRecord[];
  insert(values: Values): StoredRecord;
  update(record: StoredRecord, values: Values): void;
  remove(record: StoredRecord): void;
}

/** @param makeId gives the id of the nth record, counted from 1 */
export function createTable(makeId: (n: number) => string): Table {
  const records = new Map<string, StoredRecord>();
  const indexes = new Map<string, Map<string, Set<StoredRecord>>>();

  function indexOf(field: string): Map<string, Set<StoredRecord>> {
    let index = indexes.get(field);
    if (index === undefined) {
      index = new Map();
      indexes.set(field, index);
      for (const record of records.values()) enter(index, field, record);
    }
    return index;
  }

  function enter(index: Map<string, Set<StoredRecord>>, field: string, record: StoredRecord): void {
    const value = record.values[field];
    if (isBlank(value)) return;
    const bucket = index.get(normal(value));
    if (bucket === undefined) index.set(normal(value), new Set([record]));
    else bucket.add(record);
  }

  function leave(index: Map<string, Set<StoredRecord>>, field: string, record: StoredRecord): void {
    index.get(normal(record.values[field]))?.delete(record);
  }

  return {
    get: (id) => records.get(id),
    all: () => [...records.values()].filter((record) => !record.deleted),
    everything: () => [...records.values()],
    first(count) {
      const found: StoredRecord[] = [];
      for (const record of records.values()) {
        if (found.length === count) break;
        if (!record.deleted) found.push(record);
      }
      return found;
    },
    find: (field, value) =>
      isBlank(value) ? [] : [...(indexOf(field).get(normal(value)) ?? [])].filter((record) => !record.deleted),
    insert(values) {
      const now = new Date();
      const record = { id: makeId(records.size + 1), values, deleted: false, createdAt: now, updatedAt: now };
      records.set(record.id, record);
      for (const [field, index] of indexes) enter(index, field, record);
      return record;
    },
    update(record, values) {
      for (const [field, index] of indexes) if (field in values) leave(index, field, record);
      record.values = { ...record.values, ...values };
      record.updatedAt = new Date();
      for (const [field, index] of indexes) if (field in values) enter(index, field, record);
    },
    remove(record) {
      record.deleted = true;
    },
  };
}

export function isBlank(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

function normal(value: unknown): string {
  return String(value ?? "").toLowerCase();
}
