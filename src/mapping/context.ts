/** The variables a mapping's expressions see. */
import type { ChangeKind, CleanObject } from "../booking/types.ts";

/** What happened to the booking, as a state: running a mapping twice gives the same values. */
export interface ChangeContext {
  /** The last change that was not a mere repetition. */
  readonly kind: ChangeKind;
  /** ISO UTC time at which that change arrived. */
  readonly at: string;
  readonly cancelled: boolean;
  readonly cancelled_at?: string;
  readonly rescheduled: boolean;
  readonly reschedule_count: number;
  /** ISO UTC; absent unless rescheduled. */
  readonly previous_start?: string;
}

export interface MappingContext {
  readonly purchase: CleanObject;
  readonly client: CleanObject;
  readonly member: CleanObject;
  readonly company: CleanObject;
  /** Absent while shared records (people, companies) are evaluated. */
  readonly booking?: CleanObject;
  readonly change?: ChangeContext;
  /** For choosing files and sections; no expression can name it. Most specific first. */
  readonly companyIds: readonly string[];
  /** The booking's and the client's answers, in BookingBug's two shapes; the `answer` filter reads them. */
  readonly answers: readonly CleanObject[];
  /** Those that only staff see; no expression can name them, `answer: 7, admin: true` asks for one. */
  readonly staff_answers: readonly CleanObject[];
}
