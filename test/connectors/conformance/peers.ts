/** Each CRM's sandbox as the cases' harness, in each of the ways that the vendors leave open. */
import type { Fault, Harness, Stamp } from "../../../connectors/conformance/harness.ts";
import { type CallReport, type Connector, unpaced } from "../../../connectors/connector.ts";
import { MaintenanceError } from "../../../connectors/errors.ts";
import { hubspot } from "../../../connectors/hubspot/index.ts";
import { salesforce } from "../../../connectors/salesforce/index.ts";
import { keptNowhere, type TokenChains } from "../../../connectors/tokens.ts";
import type { FaultRule } from "../../../sandbox/faults.ts";
import { OUR_APP } from "../../../sandbox/hubspot/history.ts";
import type { HubspotSandboxOptions } from "../../../sandbox/hubspot/options.ts";
import type { SalesforceSandboxOptions } from "../../../sandbox/salesforce/options.ts";
import type { Sandbox, SandboxOptions } from "../../../sandbox/server.ts";

export interface Peer {
  /** A letter for the CRM and a number, for the table's head. */
  readonly code: string;
  readonly name: string;
  readonly sandbox: SandboxOptions;
  readonly harness: (sandbox: Sandbox) => Harness;
}

const PATIENCE_MS = { patient: 10_000, impatient: 150 };
const START = "2036-03-10T11:30:00Z";
const END = "2036-03-10T12:00:00Z";

type Connect = (reports: CallReport[], requestTimeoutMs: number) => Connector;

const services = (reports: CallReport[], requestTimeoutMs: number) => ({
  pacer: unpaced,
  log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
  onCall: (report: CallReport) => void reports.push(report),
  requestTimeoutMs,
});

/** What both harnesses have in common. */
function common(crm: "salesforce" | "hubspot", sandbox: Sandbox, connect: Connect) {
  const reports: CallReport[] = [];
  return {
    connector: connect(reports, PATIENCE_MS.patient),
    impatient: connect(reports, PATIENCE_MS.impatient),
    records: (object: string) => sandbox[crm].records(object),
    seed: (object: string, values: Readonly<Record<string, unknown>>) => sandbox[crm].seed(object, values),
    remove: (object: string, id: string, stamp?: Stamp) => sandbox[crm].remove(object, id, stamp),
    merge: (object: string, survivor: string, other: string) => sandbox[crm].merge(object, survivor, other),
    calls: () =>
      reports.filter(({ operation, status }) => !["token", "probe"].includes(operation) && Number(status) < 400).length,
    fail: (fault: Fault, times = 1) => sandbox.faults.set(times === 0 ? [] : faultRules(crm, fault, times)),
  };
}

const status = (code: number, body: unknown, headers = {}): FaultRule["action"] => ({
  type: "status",
  status: code,
  body,
  headers,
});

const FAULTS: Readonly<Record<Exclude<Fault, "refused_credentials">, (isSalesforce: boolean) => FaultRule["action"]>> =
  {
    timeout_before: () => ({ type: "timeout", after: false }),
    timeout_after: () => ({ type: "timeout", after: true }),
    reset_before: () => ({ type: "reset", after: false }),
    reset_after: () => ({ type: "reset", after: true }),
    slow: () => ({ type: "slow", ms: 60 }),
    unavailable: (isSalesforce) =>
      status(503, isSalesforce ? [{ errorCode: "SERVER_UNAVAILABLE", message: "down" }] : { status: "error" }),
    html_error: () => status(502, "<html><body>Bad gateway</body></html>"),
    rate_limit: (isSalesforce) =>
      status(429, isSalesforce ? [] : { errorType: "RATE_LIMIT", policyName: "TEN_SECONDLY_ROLLING" }, {
        "retry-after": "7",
      }),
    busy: (isSalesforce) =>
      isSalesforce
        ? status(403, [
            {
              errorCode: "REQUEST_LIMIT_EXCEEDED",
              message: "ConcurrentRequests (Concurrent API Requests) Limit exceeded.",
            },
          ])
        : status(429, {
            status: "error",
            errorType: "RATE_LIMIT",
            policyName: "SECONDLY",
            message: "You have reached your secondly limit.",
          }),
    daily_limit: (isSalesforce) =>
      isSalesforce
        ? status(403, [{ errorCode: "REQUEST_LIMIT_EXCEEDED", message: "TotalRequests Limit exceeded." }])
        : status(429, {
            status: "error",
            errorType: "RATE_LIMIT",
            policyName: "DAILY",
            message: "You have reached your daily limit.",
          }),
    // HubSpot answers 477 while it moves an account to another data centre.
    absence: (isSalesforce) => status(isSalesforce ? 503 : 477, "<html></html>", { "retry-after": "3600" }),
    lock: () => ({ type: "lock" }),
    expired_token: () => ({ type: "expire_token" }),
    silent: () => ({ type: "empty" }),
  };

function faultRules(crm: "salesforce" | "hubspot", fault: Fault, times: number): FaultRule[] {
  const match = crm === "salesforce" ? "/services/data" : "/crm/";
  if (fault !== "refused_credentials") return [{ crm, match, times, action: FAULTS[fault](crm === "salesforce") }];
  const refused = status(400, { error: "invalid_grant", error_description: "expired access/refresh token" });
  const ended = status(
    401,
    crm === "salesforce" ? [{ errorCode: "INVALID_SESSION_ID", message: "Session expired or invalid" }] : {},
  );
  return [
    { crm, match, action: ended },
    { crm, match: "oauth2", action: refused },
  ];
}

/** A refresh token, for the connector that waits for its answers: whoever gives one up has given up the newest token. */
function refreshing(): { readonly env: Readonly<Record<string, string>>; readonly tokens: TokenChains } {
  const chain = keptNowhere({ first: "5Aep-first", secret: "secret" });
  return { env: { SALESFORCE_REFRESH_TOKEN: "5Aep-first" }, tokens: () => chain };
}

function salesforceHarness(
  twin: Harness["twin"],
  signIn: () => { readonly env: Readonly<Record<string, string>>; readonly tokens?: TokenChains } = () => ({ env: {} }),
): Peer["harness"] {
  return (sandbox, { env: more, tokens } = signIn()) => ({
    ...common("salesforce", sandbox, (reports, timeoutMs) => {
      const own = timeoutMs === PATIENCE_MS.patient ? more : {};
      const client = { SALESFORCE_CLIENT_ID: "id", SALESFORCE_CLIENT_SECRET: "secret", ...own };
      const settings = salesforce.settings.parse({ SALESFORCE_LOGIN_URL: sandbox.url, ...client });
      return salesforce.connect(settings, { ...services(reports, timeoutMs), tokens });
    }),
    contact: { object: "Contact", key: "BB_Id__c", email: "Email", name: "LastName" },
    appointment: {
      object: "Event",
      key: "BB_Booking_Id__c",
      title: "Subject",
      start: "StartDateTime",
      end: "EndDateTime",
      titleLength: 255,
    },
    edits: {
      by: "record",
      person: "Rita Rep",
      at: (moment) => `${moment.toISOString().slice(0, 19)}.000Z`,
      knowsItself: true,
      batchSize: 200,
      tellsDeleted: true,
      tellsUnlinked: true,
      edit: sandbox.salesforce.edit,
      unlink: sandbox.salesforce.unlink,
    },
    batchSize: 200,
    appointmentBasics: { StartDateTime: START, EndDateTime: END },
    // Of the wrong type for its field, which some orgs refuse in its row and others for the whole call.
    badAppointment: { BB_Price__c: "fifteen" },
    namesRefused: sandbox.salesforce.options.badInput !== "call",
    ...(sandbox.salesforce.options.picklists && {
      badAddress: { MailingState: "Shire", MailingCountry: "Middle-earth" },
    }),
    cancelled: { BB_Status__c: "cancelled", ShowAs: "Free" },
    twin,
    renewsCredentials: true,
    link: (toId) => ({ via: "WhoId", toObject: "Contact", toId }),
    linked(id) {
      const whoId = sandbox.salesforce.records("Event").find((one) => one.id === id)?.values.WhoId;
      return typeof whoId === "string" ? [whoId] : [];
    },
    mergedLeadOn: true,
    converted: () => {
      const id = sandbox.salesforce.seed("Lead", { LastName: "Silva", Company: "Acme", BB_Id__c: "7" });
      return { object: "Lead", id, field: "LastName", becameId: sandbox.salesforce.convert(id) };
    },
    frozen: () => {
      const lead = { LastName: "Silva", Company: "Acme", IsConverted: true };
      return { object: "Lead", id: sandbox.salesforce.seed("Lead", lead), field: "LastName" };
    },
  });
}

/** Of an org that is read-only at times: what is refused for that is sent again, and counts as one call. */
function patient(make: Peer["harness"]): Peer["harness"] {
  const comingAgain = (connector: Connector): Connector => {
    const save: Connector["save"] = async (write) => {
      try {
        return await connector.save(write);
      } catch (error) {
        if (error instanceof MaintenanceError) return await save(write);
        throw error;
      }
    };
    return { ...connector, save };
  };
  return (sandbox) => {
    const harness = make(sandbox);
    return {
      ...harness,
      connector: comingAgain(harness.connector),
      impatient: comingAgain(harness.impatient),
      calls: () => harness.calls() - (sandbox.salesforce.stats.calls.maintenance ?? 0),
    };
  };
}

const MEETING = {
  object: "meetings",
  title: "hs_meeting_title",
  start: "hs_meeting_start_time",
  end: "hs_meeting_end_time",
  basics: { hs_timestamp: START, hs_meeting_start_time: START, hs_meeting_end_time: END },
  bad: { hs_meeting_outcome: "MAYBE" },
  cancelled: { hs_meeting_outcome: "CANCELED" },
  via: "200",
} as const;

const APPOINTMENT = {
  object: "appointments",
  title: "hs_appointment_name",
  start: "hs_appointment_start",
  end: "hs_appointment_end",
  basics: { hs_appointment_start: START, hs_appointment_end: END },
  bad: { hs_appointment_start: "tomorrow" },
  cancelled: { bookingbug_status: "cancelled" },
  via: "906",
} as const;

function hubspotHarness(
  names: typeof MEETING | typeof APPOINTMENT = MEETING,
  env: Readonly<Record<string, string>> = {},
  leadsOn = true,
): Peer["harness"] {
  return (sandbox) => ({
    ...common("hubspot", sandbox, (reports, timeoutMs) => {
      const settings = { HUBSPOT_ACCESS_TOKEN: "token", HUBSPOT_BASE_URL: sandbox.url, ...env };
      return hubspot.connect(hubspot.settings.parse(settings), services(reports, timeoutMs));
    }),
    contact: { object: "contacts", key: "bookingbug_id", email: "email", name: "lastname" },
    appointment: { ...names, key: "bookingbug_booking_id", titleLength: 65_536 },
    edits: {
      by: "field",
      person: "7001",
      at: (moment) => moment.toISOString(),
      knowsItself: env.HUBSPOT_APP_ID !== undefined,
      batchSize: 50,
      tellsDeleted: false,
      tellsUnlinked: false,
      edit: sandbox.hubspot.edit,
      unlink: sandbox.hubspot.unlink,
    },
    batchSize: 100,
    appointmentBasics: names.basics,
    badAppointment: names.bad,
    namesRefused: true,
    cancelled: names.cancelled,
    twin: "duplicate",
    renewsCredentials: false,
    mergedLeadOn: leadsOn,
    link: (toId) => ({ via: names.via, toObject: "contacts", toId }),
    linked: (id) => sandbox.hubspot.records(names.object).find((one) => one.id === id)?.links ?? [],
  });
}

const org = (
  code: string,
  name: string,
  options: SalesforceSandboxOptions = {},
  twin: Harness["twin"] = "created",
): Peer => ({
  code,
  name: `Salesforce: ${name}`,
  sandbox: { salesforce: options },
  harness: salesforceHarness(twin),
});

const account = (
  code: string,
  name: string,
  options: HubspotSandboxOptions = {},
  harness: Peer["harness"] = hubspotHarness(),
): Peer => ({ code, name: `HubSpot: ${name}`, sandbox: { hubspot: options }, harness });

export const PEERS: readonly Peer[] = [
  org("S1", "a bad row fails alone"),
  org("S2", "values of a wrong type and unknown columns fail the whole call", { badInput: "call" }),
  org("S3", "one bad row rolls the others back", { rollsBack: true }),
  org("S4", "duplicate values are `<unknown>`", { namesDuplicates: false }),
  org(
    "S5",
    "a duplicate rule blocks contacts with a known e-mail",
    { duplicateRule: { action: "block", by: "Email" } },
    "rejected",
  ),
  org("S6", "the user may not read the limits", { limitsForbidden: true }),
  org("S7", "a trigger on events takes 20 rows in a call, and ends for all rows of a larger one", {
    triggerLimits: { Event: 20 },
  }),
  {
    ...org("S8", "each use of the refresh token ends it", { rotatesRefreshTokens: true }),
    harness: salesforceHarness("created", refreshing),
  },
  org("S9", "a duplicate rule alerts about contacts with a known e-mail", {
    duplicateRule: { action: "alert", by: "Email", edits: true },
  }),
  {
    ...org("S10", "read-only for a maintenance at times; who writes comes again, as the queue does", {
      maintenanceEvery: 3,
    }),
    harness: patient(salesforceHarness("created")),
  },
  org("S11", "state and country picklists are switched on", { picklists: true }),
  account("H1", "207, errors name their inputs by trace id"),
  account("H2", "207, errors name their inputs by id", { errorNames: "id" }),
  account("H3", "207, errors name nobody, results in another order", {
    errorNames: "nothing",
    resultOrder: "reversed",
  }),
  account("H4", "a bad input fails the whole batch with 400, 404 or 409", { batchFailure: "whole" }),
  account("H5", "results name their inputs by trace id alone, in another order", {
    resultNames: "trace_id",
    resultOrder: "reversed",
  }),
  account("H6", "results name their inputs by what was written alone, in another order", {
    resultNames: "properties",
    resultOrder: "reversed",
  }),
  account(
    "H7",
    "reads leave missing records out; merged ids lead nowhere",
    {
      missing: "left_out",
      mergedIds: "not_found",
    },
    hubspotHarness(MEETING, {}, false),
  ),
  account("H8", "a read of missing records fails whole with 404", { missing: "not_found" }),
  account("H9", "meetings have no unique property, and the search trails behind", {
    uniqueMeetings: false,
    searchLagMs: 3_000,
  }),
  account("H10", "the same, and a bad input fails the whole batch", {
    uniqueMeetings: false,
    searchLagMs: 3_000,
    batchFailure: "whole",
  }),
  account("H11", "the properties API has no dated path", { datedProperties: false }),
  account("H12", "legacy paths (v3, v4)", {}, hubspotHarness(MEETING, { HUBSPOT_API_VERSION: "v3" })),
  account("H13", "the appointments object", {}, hubspotHarness(APPOINTMENT)),
  account(
    "H14",
    "the appointments object without a status property",
    { appointmentStatus: false },
    hubspotHarness(APPOINTMENT),
  ),
  account("H15", "a record that was merged away is left out of the answer to an update", { mergedIds: "left_out" }),
  account("H16", "our app's id is set", {}, hubspotHarness(MEETING, { HUBSPOT_APP_ID: OUR_APP.id })),
];
