/**
 * Every Redis key this service uses. All share one hash tag, so that they live in one slot of a Redis Cluster and a
 * script may touch several at once (BullMQ asks the same of its own keys).
 */
import { createHash } from "node:crypto";

export interface Keys {
  /** Given to BullMQ as its `prefix`. */
  readonly prefix: string;
  /** Counter that numbers arrivals. */
  readonly seq: string;
  /** List of arrivals of one purchase that some CRM has not settled yet. */
  readonly inbox: (purchaseId: string) => string;
  /** Hash: CRM to the number of the newest arrival it has settled. */
  readonly settled: (purchaseId: string) => string;
  /** List of compressed arrivals that every CRM has settled, for people to look at and to replay. */
  readonly history: (purchaseId: string) => string;
  /** Sorted set of purchases with unsettled arrivals for a CRM, by time of the oldest. */
  readonly pending: (crm: string) => string;
  /** Hash of counters of a CRM: applied, superseded. */
  readonly counts: (crm: string) => string;
  /** Sorted set of purchases by the time of their newest arrival. */
  readonly recent: string;
  /** Hash of counters of the receiver. */
  readonly received: string;
  /** Hash: when somebody who posted a notification was last refused, and from where. */
  readonly refused: string;
  /** Hash: when BookingBug last posted to an address that is none of ours, and to which. */
  readonly astray: string;
  /** Hash: salted digest of an e-mail or id of a client who was forgotten and shall not come back, to what joins those of a person. */
  readonly forgotten: string;
  readonly forgottenSalt: string;
  /** The number that an item of a delivery was given. */
  readonly delivered: (deliveryId: string, item: number) => string;
  readonly purchaseOfBooking: (bookingId: string) => string;
  /** Set of the `purchaseOfBooking` keys of a purchase. */
  readonly bookingsOf: (purchaseId: string) => string;
  /** Hash: delivery to what is kept of it. */
  readonly quarantine: string;
  readonly quarantineByTime: string;
  /** What the entries of `quarantine` take together. */
  readonly quarantineBytes: string;
  readonly ledger: (crm: string, purchaseId: string) => string;
  /** Sorted set of the purchases with a ledger by when their last appointment ends, until a week after that. */
  readonly ledgerByEnd: (crm: string) => string;
  /** A purchase that has the record, its own or one of its people's, until a week after its last appointment. */
  readonly recordOf: (crm: string, object: string, id: string) => string;
  /** Sorted set of the purchases that have had the record beside that one, by the second in which each may be forgotten. */
  readonly sharersOf: (crm: string, object: string, id: string) => string;
  /** What is being written of the purchase: from before it is tried until it is known to have been done. */
  readonly attempt: (crm: string, purchaseId: string) => string;
  /** Records that a purchase's bookings had, and that are still to be brought to their cancelled form. */
  readonly former: (crm: string, purchaseId: string) => string;
  /** Set while the CRM may hold something older than the ledger of the purchase says. */
  readonly doubt: (crm: string, purchaseId: string) => string;
  /** Set once a person has asked for everything of the purchase again, until a pass has tried it. */
  readonly again: (crm: string, purchaseId: string) => string;
  /** Which record of the CRM a person or company is. */
  readonly shared: (crm: string, section: string, identity: string) => string;
  /** What all of a CRM's `shared` keys begin with. */
  readonly sharedOf: (crm: string) => string;
  /** A record that people or companies are, as we last wrote it. */
  readonly sharedRecord: (crm: string, object: string, id: string) => string;
  /** What all of a CRM's `sharedRecord` keys begin with. */
  readonly sharedRecordsOf: (crm: string) => string;
  /** Set while the CRM may hold something older than `sharedRecord` says. */
  readonly doubtedRecord: (crm: string, object: string, id: string) => string;
  /** Sorted set of the purchases that are for a person, by the second in which each may be forgotten. */
  readonly purchasesOf: (person: string) => string;
  /** Counter that numbers the looks at all bookings of a person. */
  readonly looks: string;
  /** Hash: the purchases that list a booking, and for each CRM the turn in which its records were last written to. */
  readonly listing: (bookingId: string) => string;
  readonly lock: (name: string) => string;
  readonly gate: (crm: string) => string;
  /** Who paused a CRM, why and until when. */
  readonly pause: (crm: string) => string;
  /** Hash: since when the CRM answers no call, and when it last did. */
  readonly outage: (crm: string) => string;
  /** Set while the CRM is known to accept our credentials. */
  readonly accepted: (crm: string) => string;
  /** Hash: the newest token that the CRM changed, sealed, and what it came from. */
  readonly token: (crm: string) => string;
  /** The token of a session that all processes share, sealed. */
  readonly session: (of: string) => string;
  /** Up to which notification BookingBug was asked about a purchase, and when. */
  readonly asked: (purchaseId: string) => string;
  /** Set while nobody tries again to sign in as somebody who was refused, sealed by what was refused. */
  readonly refusedSession: (of: string) => string;
  /** How far a walk over BookingBug's bookings has come. */
  readonly walk: (window: string) => string;
  /** Sorted set of the walks that ended, as JSON, by when they did. */
  readonly walks: string;
  /** How far a round over the records of a CRM has come, and what it found. */
  readonly driftRound: (crm: string) => string;
  /** When a round over a CRM's records last came to its end, and how many it looked at. */
  readonly driftEnded: (crm: string) => string;
  /** Up to when a CRM was asked which records changed. */
  readonly driftAsked: (crm: string) => string;
  /** Set of the records that the round has looked at. */
  readonly driftLooked: (crm: string) => string;
  /** Hash: record that is not as we wrote it to what is known of that, compressed. */
  readonly drifted: (crm: string) => string;
  /** Sorted set of those records by since when. */
  readonly driftedByTime: (crm: string) => string;
  /** The same of those that are alike: deleted, edited in one field. */
  readonly driftedLike: (crm: string, list: string) => string;
  /** How many records of a CRM drifted, by field, editor and day, when they were last counted. */
  readonly driftTally: (crm: string) => string;
  /** Hash: what the CRM said of its objects when it was last asked, packed, and what of it no longer suits the mappings. */
  readonly schema: (crm: string) => string;
  /** Sorted set of changes that a walk found and could not read back, each told of once, by when that was. */
  readonly unmended: string;
  /** Hash: since when it is noted that a web process runs, and when one last did. */
  readonly presence: string;
  /** Hash: process to when it last noted that it is there. */
  readonly processes: string;
  /** List of the times without one, as JSON, newest first. */
  readonly absences: string;
  /** Pacing of requests to a CRM. */
  readonly pace: (crm: string, what: string) => string;
  /** How many records of an object the CRM takes in a call; gone once a full call may be tried again. */
  readonly callSize: (crm: string, object: string) => string;
  /** List of compressed entries: what happened to a purchase in a CRM. */
  readonly timeline: (crm: string, purchaseId: string) => string;
  /** List of what a timeline has no room for, for an undo: `<ms when it left> <compressed entry>`, the oldest first. */
  readonly timelineRest: (crm: string, purchaseId: string) => string;
  /** Sorted set of purchases that have a word of a name or an e-mail, by time of the newest arrival. */
  readonly trait: (kind: string, value: string) => string;
  /** Sorted set in lexical order: the words that traits were made of. */
  readonly words: string;
  /** Set of the trait keys that list a purchase, its first deliveries' among them. */
  readonly traitsOf: (purchaseId: string) => string;
  /** Sorted set of the trait keys of the newest deliveries of a purchase that has many, by when they came. */
  readonly deliveriesOf: (purchaseId: string) => string;
  /** Hash: purchase that failed or is held in a CRM, to why. */
  readonly failed: (crm: string) => string;
  /** Sorted set of those purchases by time. */
  readonly failedByTime: (crm: string) => string;
  /** Hash: cause of failures to what is known of it, also once it is mended: how it ended, who has seen it. */
  readonly causes: (crm: string) => string;
  /** Sorted set of those causes by when a purchase was last listed for them. */
  readonly causesByTime: (crm: string) => string;
  /** The same of those that purchases are listed for now. */
  readonly causesListed: (crm: string, kind: "failed" | "held") => string;
  /** HyperLogLogs of whom a cause ever concerned. */
  readonly causeConcerns: (crm: string, causeId: string, what: "purchases" | "customers") => string;
  /** Sorted set of causes by how many purchases were listed for them in an hour; HyperLogLogs of those purchases and their customers. */
  readonly listedIn: (
    crm: string,
    kind: "failed" | "held",
    hour: number,
    what: "causes" | "purchases" | "customers",
  ) => string;
  /** Set of the purchases on the failed list that wait for a person and for nothing else. */
  readonly heldPurchases: (crm: string) => string;
  /** Hash: purchase on the failed list to what somebody did about it since it was listed. */
  readonly actedOn: (crm: string) => string;
  /** Sorted set in lexical order of cause, time and purchase. */
  readonly failedByCause: (crm: string) => string;
  /** Hash of counters of a CRM or the receiver. */
  readonly stats: (scope: string, bucket: string) => string;
  /** Hash: what a CRM said last of each of its limits. */
  readonly limits: (crm: string) => string;
  /** Hash: what a person has been told of and is not over. */
  readonly alerts: string;
  /** When the summary of a day was sent, for a few days. */
  readonly summary: (day: string) => string;
  /** Hash: which of them were told again, and who has seen to which. */
  readonly alertNotes: string;
  /** Hash: mapping file to the version in force, and since when. */
  readonly mappings: string;
  /** Sorted set of the versions of mapping files that were in force, as JSON, by since when. */
  readonly mappingHistory: string;
  readonly mappingText: (version: string) => string;
  /** Sorted set of the purchases that a version of a mapping file wrote to a CRM, by when it did last. */
  readonly mappingWrote: (crm: string, version: string) => string;
  /** Stream of what people did: what was done, or what sign-ins were refused. */
  readonly audit: (stream: "actions" | "sign-ins") => string;
  /** Who is signed in to the dashboard with the id that a browser has. */
  readonly signedIn: (id: string) => string;
  /** That a way back from the provider was taken, for as long as it could be again. */
  readonly usedSignIn: (state: string) => string;
  /** Hash: a job on many, what was asked and how far it is. */
  readonly bulk: (id: string) => string;
  /** Compressed: what a job that repairs is to repair, until it ends. */
  readonly bulkPlan: (id: string) => string;
  /** Sorted set of those jobs by when they were asked for. */
  readonly bulks: string;
}

export const DEFAULT_PREFIX = "{crm-sync}";

export function createKeys(prefix: string = DEFAULT_PREFIX): Keys {
  return {
    prefix,
    seq: `${prefix}:seq`,
    inbox: (purchaseId) => `${prefix}:inbox:${purchaseId}`,
    settled: (purchaseId) => `${prefix}:settled:${purchaseId}`,
    history: (purchaseId) => `${prefix}:history:${purchaseId}`,
    pending: (crm) => `${prefix}:pending:${crm}`,
    counts: (crm) => `${prefix}:counts:${crm}`,
    recent: `${prefix}:recent`,
    received: `${prefix}:received`,
    refused: `${prefix}:refused`,
    astray: `${prefix}:astray`,
    forgotten: `${prefix}:forgotten`,
    forgottenSalt: `${prefix}:forgotten-salt`,
    delivered: (deliveryId, item) => `${prefix}:delivered:${deliveryId}:${item}`,
    purchaseOfBooking: (bookingId) => `${prefix}:booking:${bookingId}`,
    bookingsOf: (purchaseId) => `${prefix}:bookings-of:${purchaseId}`,
    quarantine: `${prefix}:quarantine`,
    quarantineByTime: `${prefix}:quarantine-times`,
    quarantineBytes: `${prefix}:quarantine-bytes`,
    ledger: (crm, purchaseId) => `${prefix}:ledger:${crm}:${purchaseId}`,
    ledgerByEnd: (crm) => `${prefix}:ledger-ends:${crm}`,
    recordOf: (crm, object, id) => `${prefix}:record-of:${crm}:${object}:${id}`,
    sharersOf: (crm, object, id) => `${prefix}:sharers-of:${crm}:${object}:${id}`,
    attempt: (crm, purchaseId) => `${prefix}:attempt:${crm}:${purchaseId}`,
    former: (crm, purchaseId) => `${prefix}:former:${crm}:${purchaseId}`,
    doubt: (crm, purchaseId) => `${prefix}:doubt:${crm}:${purchaseId}`,
    again: (crm, purchaseId) => `${prefix}:again:${crm}:${purchaseId}`,
    sharedOf: (crm) => `${prefix}:shared:${crm}:`,
    shared: (crm, section, identity) => `${prefix}:shared:${crm}:${section}:${digest(identity)}`,
    sharedRecordsOf: (crm) => `${prefix}:shared-record:${crm}:`,
    sharedRecord: (crm, object, id) => `${prefix}:shared-record:${crm}:${object}:${id}`,
    doubtedRecord: (crm, object, id) => `${prefix}:doubt-record:${crm}:${object}:${id}`,
    purchasesOf: (person) => `${prefix}:purchases-of:${digest(person)}`,
    looks: `${prefix}:looks`,
    listing: (bookingId) => `${prefix}:listing:${bookingId}`,
    lock: (name) => `${prefix}:lock:${name}`,
    gate: (crm) => `${prefix}:gate:${crm}`,
    pause: (crm) => `${prefix}:pause:${crm}`,
    outage: (crm) => `${prefix}:outage:${crm}`,
    accepted: (crm) => `${prefix}:accepted:${crm}`,
    token: (crm) => `${prefix}:token:${crm}`,
    session: (of) => `${prefix}:session:${of}`,
    asked: (purchaseId) => `${prefix}:asked:${purchaseId}`,
    refusedSession: (of) => `${prefix}:session-refused:${of}`,
    walk: (window) => `${prefix}:walk:${digest(window)}`,
    walks: `${prefix}:walks`,
    driftRound: (crm) => `${prefix}:drift-round:${crm}`,
    driftEnded: (crm) => `${prefix}:drift-ended:${crm}`,
    driftAsked: (crm) => `${prefix}:drift-asked:${crm}`,
    driftLooked: (crm) => `${prefix}:drift-looked:${crm}`,
    drifted: (crm) => `${prefix}:drifted:${crm}`,
    driftedByTime: (crm) => `${prefix}:drifted-times:${crm}`,
    driftedLike: (crm, list) => `${prefix}:drifted-like:${crm}:${list}`,
    driftTally: (crm) => `${prefix}:drift-tally:${crm}`,
    schema: (crm) => `${prefix}:schema:${crm}`,
    unmended: `${prefix}:unmended`,
    presence: `${prefix}:presence`,
    processes: `${prefix}:processes`,
    absences: `${prefix}:absences`,
    pace: (crm, what) => `${prefix}:pace:${crm}:${what}`,
    callSize: (crm, object) => `${prefix}:call-size:${crm}:${object}`,
    timeline: (crm, purchaseId) => `${prefix}:timeline:${crm}:${purchaseId}`,
    timelineRest: (crm, purchaseId) => `${prefix}:timeline-rest:${crm}:${purchaseId}`,
    trait: (kind, value) => `${prefix}:find:${digest(`${kind}\n${value}`)}`,
    words: `${prefix}:words`,
    traitsOf: (purchaseId) => `${prefix}:found-by:${purchaseId}`,
    deliveriesOf: (purchaseId) => `${prefix}:found-by-deliveries:${purchaseId}`,
    failed: (crm) => `${prefix}:failed:${crm}`,
    failedByTime: (crm) => `${prefix}:failed-times:${crm}`,
    causes: (crm) => `${prefix}:causes-kept:${crm}`,
    causesByTime: (crm) => `${prefix}:cause-times:${crm}`,
    causesListed: (crm, kind) => `${prefix}:causes-listed:${crm}:${kind}`,
    causeConcerns: (crm, causeId, what) => `${prefix}:cause-${what}:${crm}:${causeId}`,
    listedIn: (crm, kind, hour, what) => `${prefix}:listed-${what}:${crm}:${kind}:${hour}`,
    heldPurchases: (crm) => `${prefix}:held:${crm}`,
    actedOn: (crm) => `${prefix}:failed-acted:${crm}`,
    failedByCause: (crm) => `${prefix}:failed-causes:${crm}`,
    stats: (scope, bucket) => `${prefix}:stats:${scope}:${bucket}`,
    limits: (crm) => `${prefix}:limits:${crm}`,
    alerts: `${prefix}:alerts`,
    summary: (day) => `${prefix}:summary:${day}`,
    alertNotes: `${prefix}:alerts:notes`,
    mappings: `${prefix}:mappings`,
    mappingHistory: `${prefix}:mapping-history`,
    mappingText: (version) => `${prefix}:mapping-text:${version}`,
    mappingWrote: (crm, version) => `${prefix}:mapping-wrote:${crm}:${version}`,
    audit: (stream) => `${prefix}:audit:${stream}`,
    signedIn: (id) => `${prefix}:signed-in:${digest(id)}`,
    usedSignIn: (state) => `${prefix}:used-sign-in:${digest(state)}`,
    bulk: (id) => `${prefix}:bulk-job:${id}`,
    bulkPlan: (id) => `${prefix}:bulk-plan:${id}`,
    bulks: `${prefix}:bulk-jobs`,
  };
}

const OF_LEDGER = ["ledger", "attempt", "doubt", "again", "former"] as const;

/** How many `ledgerKeys` there are, for scripts that are given others after them. */
export const LEDGER_KEYS = OF_LEDGER.length;

/** What a CRM's ledger keeps of a purchase. */
export function ledgerKeys(keys: Keys, crm: string, purchaseId: string): string[] {
  return OF_LEDGER.map((name) => keys[name](crm, purchaseId));
}

/** Key names turn up in monitoring and slow logs, so a value that may be personal enters them only as a digest. */
export function digest(value: string): string {
  return createHash("sha256").update(value).digest("base64url").slice(0, 22);
}
