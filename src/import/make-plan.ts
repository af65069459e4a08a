/**
 * Makes the plan of an import: BookingBug's list is walked, each purchase of it that is not known is read once, and the CRMs are
 * asked what of it they have. Nothing is written but the plan. A page at a time: of a booking its number is remembered.
 */
import { randomUUID } from "node:crypto";
import type { BookingBug, BookingPage } from "../bookingbug/api.ts";
import type { OperateDeps } from "../operate/deps.ts";
import { type Compared, comparePage } from "../reconcile/compare.ts";
import { type Choice, isWantedRow, listedBy } from "./choose.ts";
import { createForecast, type Forecast } from "./forecast.ts";
import { mappingsId } from "./mappings-id.ts";
import { type PlanHeader, type PlannedPurchase, type PlanWriter, writePlan } from "./plan-file.ts";
import { createReading, type Read, type ReadingDeps } from "./read-purchase.ts";
import { createTally, type SectionCount } from "./tally.ts";

export interface PlanDeps extends Pick<OperateDeps, "inbox" | "mappings" | "policy" | "crms"> {
  readonly bookingbug: BookingBug;
  readonly isForgotten: ReadingDeps["isForgotten"];
}

export interface PlanRequest {
  readonly companies: readonly string[];
  readonly choice: Choice;
  readonly path: string;
}

/** Who waits for a person, by numbers: a name is found in the CRM. */
export interface NamedHold {
  readonly purchaseId: string;
  readonly section: string;
  readonly object: string;
  readonly candidates: readonly string[];
}

export interface PlannedCrm {
  readonly crm: string;
  readonly sections: readonly SectionCount[];
  /** How often each is written, by section. */
  readonly fields: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly calls: number;
  /** The first of them. */
  readonly held: readonly NamedHold[];
}

export interface PlanSummary {
  readonly header: PlanHeader;
  readonly listed: number;
  /** Listed, and known already. */
  readonly known: number;
  /** Past or cancelled, and not asked for. */
  readonly leftOut: number;
  readonly forgotten: number;
  readonly notReadable: number;
  /** Bookings changed while the list was walked: some may not have been listed. */
  readonly hasShifted: boolean;
  readonly purchases: number;
  readonly bookings: number;
  /** Of BookingBug, in reading purchases and bookings: the import makes about as many. */
  readonly readings: number;
  readonly crms: readonly PlannedCrm[];
}

const NAMED = 20;

/** @throws BookingBugError, CrmError: nothing is left of the plan then */
export async function makePlan(
  deps: PlanDeps,
  request: PlanRequest,
  onPage: (seen: number, total: number | undefined) => void = () => {},
): Promise<PlanSummary> {
  const { companies, choice, path } = request;
  const header: PlanHeader = {
    ...({ kind: "import_plan", format: 1, id: randomUUID() } as const),
    companies: [...companies],
    choice,
    mappings: mappingsId(deps.mappings),
    crms: deps.crms.map(({ crm }) => crm),
  };
  const writer = await writePlan(path, header);
  try {
    const planning = createPlanning(deps, choice, writer);
    let hasShifted = false;
    for (const company of companies) {
      let seen = 0;
      const totals = new Set<number>();
      const ids = new Set<string>();
      for await (const page of deps.bookingbug.listBookings({ company, by: listedBy(choice) })) {
        await planning.add(company, page);
        seen += page.rows.length + page.unreadable;
        if (page.total !== undefined) totals.add(page.total);
        for (const { id } of page.rows) {
          hasShifted ||= ids.has(id);
          ids.add(id);
        }
        onPage(seen, page.total);
      }
      hasShifted ||= [...totals].some((total) => total !== seen);
    }
    await writer.finish();
    return { header, hasShifted, ...planning.summary() };
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

function createPlanning(deps: PlanDeps, choice: Choice, writer: PlanWriter) {
  const counts = { listed: 0, known: 0, leftOut: 0, forgotten: 0, notReadable: 0, purchases: 0, bookings: 0 };
  const planned = new Set<string>();
  const tally = createTally();
  const crms = deps.crms.map((crm) => ({
    crm: crm.crm,
    forecast: createForecast({ ...deps, crm }),
    fields: new Map<string, Map<string, number>>(),
    held: [] as NamedHold[],
    calls: 0,
  }));
  const reading = createReading(deps, choice);
  const comparing = { ...deps, ledgers: deps.crms.map(({ ledger }) => ledger) };

  async function forecast(one: Read): Promise<{ one: Read; forecasts: readonly Forecast[] }> {
    return { one, forecasts: await Promise.all(crms.map(({ forecast }) => forecast(one.said, one.bookings))) };
  }

  async function write({ said, place, bookings, leftOut }: Read, forecasts: readonly Forecast[]): Promise<void> {
    const records: PlannedPurchase["records"] = {};
    for (const [index, one] of crms.entries()) {
      const forecast = forecasts[index];
      if (forecast === undefined) continue;
      records[one.crm] = [...forecast.records];
      note(one, said.purchaseId, forecast);
    }
    counts.purchases += 1;
    counts.bookings += bookings.size;
    const { company, child } = place;
    await writer.add({
      kind: "purchase",
      id: said.purchaseId,
      company,
      ...(child !== undefined && { child }),
      bookings: [...bookings],
      leftOut: [...leftOut],
      records,
    });
  }

  function note(one: (typeof crms)[number], purchaseId: string, { records, fields, calls, held }: Forecast): void {
    one.calls += calls;
    for (const record of records) tally.add(one.crm, record);
    for (const [section, field] of fields) {
      const ofSection = one.fields.get(section) ?? new Map<string, number>();
      one.fields.set(section, ofSection.set(field, (ofSection.get(field) ?? 0) + 1));
    }
    for (const hold of held) if (one.held.length < NAMED) one.held.push({ purchaseId, ...hold });
  }

  /** What there is to import, read; the rest is counted. */
  async function readOne(
    company: string,
    purchaseId: string | undefined,
    listed: readonly Compared[],
  ): Promise<Read[]> {
    const wanted = listed.filter(
      ({ row, verdict }) => verdict === "missing" && isWantedRow(choice, row) && !planned.has(row.id),
    );
    if (wanted.length === 0) return [];
    const one = purchaseId === undefined ? "unreadable" : await reading.read(company, purchaseId, listed);
    if (typeof one === "string") {
      counts[one === "forgotten" ? "forgotten" : "notReadable"] += wanted.length;
      return [];
    }
    counts.notReadable += one.unsaid;
    for (const id of one.bookings) planned.add(id);
    return one.bookings.size === 0 ? [] : [one];
  }

  return {
    async add(company: string, page: BookingPage): Promise<void> {
      const compared = await comparePage(comparing, page.rows);
      const listed = compared.filter(({ verdict }) => verdict !== "block");
      const missing = listed.filter(({ verdict }) => verdict === "missing");
      counts.listed += listed.length + page.unreadable;
      counts.notReadable += page.unreadable;
      counts.known += listed.length - missing.length;
      counts.leftOut += missing.filter(({ row }) => !isWantedRow(choice, row)).length;
      const found: Read[] = [];
      for (const [purchaseId, ofPurchase] of Map.groupBy(listed, (one) => one.purchaseId)) {
        found.push(...(await readOne(company, purchaseId, ofPurchase)));
      }
      // Together, so that the CRMs are asked for many records in one call.
      for (const { one, forecasts } of await Promise.all(found.map(forecast))) await write(one, forecasts);
    },
    summary: () => ({
      ...counts,
      readings: reading.readings(),
      crms: crms.map(({ crm, fields, held, calls }) => ({ crm, fields, held, calls, sections: tally.of(crm) })),
    }),
  };
}
