/** Records of one object, with an index for each field that is looked up by value. Text compares without case. */

export type Values = Record<string, unknown>;

/** When a write happened and by whom; by our app where nobody is named. */
export interface Stamp {
  readonly at?: Date | undefined;
  /** The CRM's id of a user. */
  readonly by?: string | undefined;
}

interface Write {
  readonly at: Date;
  readonly by: string | undefined;
  readonly values: Values;
}

export interface StoredRecord {
  readonly id: string;
  values: Values;
  deleted: boolean;
  readonly createdAt: Date;
  updatedAt: Date;
  deletedAt?: Date;
  /** The latest ones, oldest first. */
  readonly writes: Write[];
}

/** A record that is written for ever would grow for ever. */
const MOST_WRITES = 50;

export interface Table {
  get(id: string): StoredRecord | undefined;
  all(): StoredRecord[];
  /** Those of the recycle bin too. */
  everything(): StoredRecord[];
  /** The first live records. */
  first(count: number): StoredRecord[];
  /** Live records whose field has this value. */
  find(field: string, value: unknown): StoredRecord[];
  insert(values: Values, stamp?: Stamp): StoredRecord;
  update(record: StoredRecord, values: Values, stamp?: Stamp): void;
  remove(record: StoredRecord, stamp?: Stamp): void;
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
    insert(values, { at = new Date(), by } = {}) {
      const id = makeId(records.size + 1);
      const record = { id, values, deleted: false, createdAt: at, updatedAt: at, writes: [{ at, by, values }] };
      records.set(record.id, record);
      for (const [field, index] of indexes) enter(index, field, record);
      return record;
    },
    update(record, values, { at = new Date(), by } = {}) {
      for (const [field, index] of indexes) if (field in values) leave(index, field, record);
      record.values = { ...record.values, ...values };
      record.updatedAt = at;
      record.writes.push({ at, by, values });
      if (record.writes.length > MOST_WRITES) record.writes.shift();
      for (const [field, index] of indexes) if (field in values) enter(index, field, record);
    },
    remove(record, { at = new Date() } = {}) {
      record.deleted = true;
      record.deletedAt = at;
    },
  };
}

export function isBlank(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

function normal(value: unknown): string {
  return String(value ?? "").toLowerCase();
}
