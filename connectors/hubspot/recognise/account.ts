/** What an account tells of itself without being written to: objects, properties, paths, limits. */
import { CrmError, MisconfiguredError } from "../../errors.ts";
import type { Fact, Facts, Ground } from "../../recognise.ts";
import type { HubspotFacts } from "../../world/hubspot.ts";
import { type Probing, settle } from "./ask.ts";

type Description = Awaited<ReturnType<Probing["properties"]["describe"]>>;

export async function probeAccount(probing: Probing, ground: Ground, apiVersion: string): Promise<Facts> {
  return {
    ...(await settle(probing, ["datedProperties"], () => probeDated(probing, apiVersion))),
    ...(await probeAppointments(probing)),
    ...(await settle(probing, ["uniqueMeetings", "alsoUnique", "withoutProperties"], () =>
      probeFields(probing, ground),
    )),
    ...limitsOf(ground),
    apiVersion: { settled: apiVersion },
    timeZone: { open: "moments are written in UTC, and no scope of ours tells the account's time zone" },
  };
}

async function probeDated({ http, paths }: Probing, apiVersion: string): Promise<Facts> {
  if (apiVersion === "v3") return { datedProperties: { open: "the service is set to the legacy paths" } };
  const [path = ""] = paths.properties("contacts");
  try {
    await http.send({ method: "GET", path, operation: "describe", object: "contacts" });
    return { datedProperties: { settled: true } };
  } catch (error) {
    if (error instanceof CrmError && error.status === 404) return { datedProperties: { settled: false } };
    throw error;
  }
}

async function probeAppointments(probing: Probing): Promise<Facts> {
  const names = ["appointments", "appointmentStatus"] as const;
  return await settle(probing, names, async () => {
    try {
      const { fields } = await probing.properties.describe("appointments");
      return { appointments: { settled: true }, appointmentStatus: { settled: fields.has("hs_appointment_status") } };
    } catch (error) {
      if (!(error instanceof MisconfiguredError) || error.status === 403) throw error;
      return { appointments: { settled: false }, appointmentStatus: { open: "appointments are not activated" } };
    }
  });
}

async function probeFields(probing: Probing, { objects }: Ground): Promise<Facts> {
  const described = new Map<string, Description>();
  for (const object of objects.keys()) described.set(object, await probing.properties.describe(object));
  const named = [...objects].flatMap(([object, { key, fields }]) =>
    fields.map((field) => ({
      path: `${object}.${field}`,
      isKey: field === key,
      known: described.get(object)?.fields.get(field),
    })),
  );
  const meetings = objects.get("meetings");
  const uniqueMeetings: HubspotFacts["uniqueMeetings"] =
    meetings === undefined
      ? { open: "the mapping writes no meetings" }
      : { settled: described.get("meetings")?.fields.get(meetings.key)?.unique ?? false };
  const paths = (some: typeof named): Fact => ({ settled: some.map(({ path }) => path) });
  return {
    uniqueMeetings,
    alsoUnique: paths(named.filter(({ isKey, known, path }) => !isKey && known?.unique && path !== "contacts.email")),
    withoutProperties: paths(named.filter(({ known }) => known === undefined)),
  };
}

/** Kept by whoever counts calls; HubSpot says them with every answer. */
function limitsOf({ limits }: Ground): Facts {
  const of = (window: "daily" | "burst"): Fact => {
    const limit = limits.get(window);
    return limit === undefined ? { open: "HubSpot's answers do not say it" } : { settled: limit };
  };
  return { dailyLimit: of("daily"), tenSecondLimit: of("burst") };
}

/** Scopes that were refused while the world was looked at; the others were either granted or not needed. */
export function scopesOf({ scopes }: Probing): HubspotFacts["withoutScopes"] {
  return { settled: [...scopes].toSorted() };
}
