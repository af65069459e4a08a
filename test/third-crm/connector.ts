/**
 * A connector for a CRM that does not exist, as small as one can be: CONTRIBUTING.md walks through it. It gathers requests
 * with `createLane`, turns every refusal into one of our errors, and passes the conformance suite.
 */
import { z } from "zod";
import type {
  Connector,
  ConnectorDefinition,
  ConnectorServices,
  FieldKind,
  FindQuery,
  ObjectDescription,
  RecordWrite,
  SavedRecord,
} from "../../connectors/connector.ts";
import {
  ConflictError,
  type CrmError,
  DuplicateError,
  MisconfiguredError,
  NotFoundError,
  RateLimitedError,
  RejectedError,
  UnauthorisedError,
  UnavailableError,
} from "../../connectors/errors.ts";
import { createLane } from "../../connectors/lane.ts";
import { redactCrmWords } from "../../connectors/redact.ts";

interface Settings {
  readonly url: string;
  readonly token: string;
}

/** The CRM takes fifty records in one call. */
const LANE = { maxSize: 50, gatherMs: 3, maxInFlight: 1 };

const settings: z.ZodType<Settings, Readonly<Record<string, string | undefined>>> = z
  .object({
    CARDFILE_URL: z.url({ error: "set the URL of your Cardfile" }),
    CARDFILE_TOKEN: z.string({ error: "set a token from Cardfile's settings" }),
  })
  .transform(({ CARDFILE_URL: url, CARDFILE_TOKEN: token }) => ({ url, token }));

export const cardfile: ConnectorDefinition<Settings> = {
  crm: "cardfile",
  title: "Cardfile",
  environment: [
    { name: "CARDFILE_URL", description: "Where your Cardfile is" },
    { name: "CARDFILE_TOKEN", description: "A token from Cardfile's settings", secret: true },
  ],
  limits: { burst: { limit: 100, windowMs: 60_000 } },
  settings,
  connect,
};

const record = z.object({
  id: z.string(),
  fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});
const searchAnswer = z.object({ found: z.array(z.object({ value: z.string(), records: z.array(record) })) });
const fault = z.object({ code: z.string(), message: z.string(), field: z.string().optional() });
type Fault = z.infer<typeof fault>;
const writeAnswer = z.object({
  results: z.array(z.union([z.object({ id: z.string(), created: z.boolean() }), z.object({ error: fault })])),
});
const describeAnswer = z.object({
  fields: z.array(
    z.object({
      name: z.string(),
      label: z.string(),
      type: z.enum(["text", "number", "time"]),
      unique: z.boolean(),
      length: z.number().optional(),
    }),
  ),
});
const KINDS: Readonly<Record<string, FieldKind>> = { text: "string", number: "number", time: "datetime" };

function connect({ url, token }: Settings, services: ConnectorServices): Connector {
  const { pacer, onCall, requestTimeoutMs } = services;
  const searches = new Map<string, (query: FindQuery) => ReturnType<Connector["find"]>>();
  const writes = new Map<string, (write: RecordWrite) => Promise<SavedRecord>>();

  /** One request, judged by its status. @throws CrmError */
  async function send(operation: string, path: string, body?: object, records = 0): Promise<unknown> {
    const start = Date.now();
    let status: number | "network" = "network";
    try {
      const response = await fetch(url + path, {
        method: body === undefined ? "GET" : "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        signal: AbortSignal.timeout(requestTimeoutMs),
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      status = response.status;
      const text = await response.text();
      if (status === 200) return JSON.parse(text);
      throw refusal(status, response.headers);
    } catch (error) {
      if (error instanceof Error && "kind" in error) throw error;
      // The write may have taken effect: whoever tries again does so in a form that is harmless if it did.
      throw new UnavailableError("Cardfile did not give a whole answer.", { cause: error });
    } finally {
      onCall({ operation, object: undefined, records, status, durationMs: Date.now() - start });
    }
  }

  function search(object: string, field: string): (query: FindQuery) => ReturnType<Connector["find"]> {
    return createLane<FindQuery, Awaited<ReturnType<Connector["find"]>>>({
      ...LANE,
      keyOf: (query) => askedFor(query)[1],
      acquire: () => pacer.acquire("search"),
      run: async (queries) => {
        const values = queries.map((query) => askedFor(query)[1]);
        const fields = [...new Set(queries.flatMap(({ select }) => select))];
        const answer = searchAnswer.safeParse(
          await send("find", "/search", { object, field, values, fields }, queries.length),
        );
        const found = new Map(answer.data?.found.map(({ value, records }) => [value, records]));
        // An answer that does not speak of a value must never be taken for "nobody".
        return values.map(
          (value) => found.get(value)?.map(({ id, fields: held }) => ({ object, id, values: held })) ?? saidNothing(),
        );
      },
    });
  }

  function write(object: string): (write: RecordWrite) => Promise<SavedRecord> {
    return createLane<RecordWrite, SavedRecord>({
      ...LANE,
      keyOf: ({ target }) => (target.by === "id" ? target.id : target.value),
      acquire: () => pacer.acquire("standard"),
      run: async (batch) => {
        const records = batch.map(({ target, values, links, unlink = [] }) => ({
          match: target.by === "id" ? { id: target.id } : { field: target.field, value: target.value },
          fields: values,
          links: links.map(({ via, toId }) => ({ via, to: toId })),
          unlink: unlink.map(({ via, toId }) => ({ via, to: toId })),
        }));
        const answer = writeAnswer.safeParse(await send("upsert", "/write", { object, records }, batch.length));
        return batch.map((one, index) => {
          const result = answer.data?.results[index];
          if (result === undefined) return saidNothing();
          return "error" in result ? rowError(result.error, one) : result;
        });
      },
    });
  }

  return {
    crm: "cardfile",
    find(query) {
      const [field] = askedFor(query);
      return remembered(searches, `${query.object} ${field}`, () => search(query.object, field))(query);
    },
    save: (one) => remembered(writes, one.object, () => write(one.object))(one),
    async describe(object) {
      const answer = describeAnswer.safeParse(await send("describe", `/objects/${encodeURIComponent(object)}`));
      if (!answer.success) throw new UnavailableError("Cardfile's description cannot be read.");
      return toDescription(object, answer.data);
    },
    async probe() {
      await send("probe", "/me");
    },
    objectNames: async () => ["card", "visit"],
    recordUrl: (object, id) => `${url}/${encodeURIComponent(object)}/${encodeURIComponent(id)}`,
    close: async () => {},
  };
}

function remembered<Value>(known: Map<string, Value>, key: string, make: () => Value): Value {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}

function askedFor({ by }: FindQuery): readonly [field: string, value: string] {
  if ("link" in by) return [by.link.via, by.link.toId];
  return "id" in by ? ["id", by.id] : [by.field, by.value];
}

function saidNothing(): UnavailableError {
  return new UnavailableError("Cardfile answered, but said nothing about this record.");
}

/** A request that was refused as a whole. */
function refusal(status: number, headers: Headers): CrmError {
  const retryAfter = Number(headers.get("retry-after") ?? Number.NaN);
  const retryAt = new Date(Date.now() + retryAfter * 1_000);
  if (status === 401) return new UnauthorisedError("Cardfile refuses the token.", { status });
  if (status === 403 || status === 404)
    return new MisconfiguredError("Cardfile has no such object, or hides it.", { status });
  if (status === 429) {
    const scope = headers.get("x-cardfile-limit") === "day" ? "daily" : "burst";
    const soon = new Date(Date.now() + 60_000);
    return new RateLimitedError("Cardfile asks us to slow down.", {
      status,
      scope,
      retryAt: retryAfter ? retryAt : soon,
    });
  }
  if (status >= 500) {
    return new UnavailableError(`Cardfile answered ${status}.`, { status, ...(retryAfter > 0 && { retryAt }) });
  }
  return new RejectedError(`Cardfile answered ${status}.`, { status });
}

/** One record that was refused, in one table. */
function rowError({ code, message, field }: Fault, { object, values }: RecordWrite): CrmError {
  const detail = { code, object, fields: field === undefined ? [] : [field] };
  const words = redactCrmWords(message, values);
  switch (code) {
    case "LOCKED":
      return new ConflictError(words, detail);
    case "DUPLICATE":
      return new DuplicateError(words, detail);
    case "NO_SUCH_RECORD":
      return new NotFoundError(words, detail);
    case "NO_SUCH_FIELD":
      return new MisconfiguredError(words, detail);
    default:
      return new RejectedError(words, detail);
  }
}

function toDescription(name: string, { fields }: z.infer<typeof describeAnswer>): ObjectDescription {
  const described = fields.map(({ name: field, label, type, unique, length }) => ({
    name: field,
    label,
    kind: KINDS[type] ?? "other",
    createable: true,
    updateable: true,
    required: false,
    unique,
    ...(length !== undefined && { maxLength: length }),
  }));
  return { name, fields: new Map(described.map((field) => [field.name, field])) };
}
