/** `app.json` asks for what the settings declare, and contradicts none of it. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { z } from "zod";
import { variables } from "../../src/config/variables.ts";
import { everyVariable } from "./every-variable.ts";

const appSchema = z.object({
  formation: z.record(z.string(), z.object({ quantity: z.number() })),
  env: z.record(
    z.string(),
    z.object({
      description: z.string().optional(),
      value: z.string().optional(),
      generator: z.literal("secret").optional(),
      required: z.boolean().optional(),
    }),
  ),
});

/**
 * Heroku and its Redis add-on set the first two; the third is for a Redis of our own, which a dyno cannot keep; a dyno has
 * no second port, and Heroku's router does not come over loopback.
 */
const NOT_ASKED_FOR = ["PORT", "REDIS_URL", "DATA_DIR", "METRICS_PORT", "LISTEN_HOST"];

const readJson = async (file: string): Promise<unknown> =>
  JSON.parse(await readFile(join(import.meta.dirname, "../..", file), "utf8"));
const app = appSchema.parse(await readJson("app.json"));

describe("app.json", () => {
  it("names every variable of the service and of the connectors, and no other", () => {
    const wanted = everyVariable.map(({ name }) => name).filter((name) => !NOT_ASKED_FOR.includes(name));
    expect(Object.keys(app.env).sort()).toEqual(wanted.sort());
  });

  it("insists on exactly what the service cannot start without", () => {
    const needed = variables.filter((variable) => variable.default === undefined && !variable.optional);
    for (const { name } of needed) expect([name, app.env[name]?.required ?? true]).toEqual([name, true]);
    const insisted = Object.entries(app.env).filter(([, entry]) => entry.required !== false && !entry.value);
    expect(insisted.map(([name]) => name).sort()).toEqual(
      needed
        .map(({ name }) => name)
        .filter((name) => !app.env[name]?.value)
        .sort(),
    );
  });

  it("explains every variable that a person may set", () => {
    const silent = Object.entries(app.env).filter(([name, { description }]) => name !== "NODE_ENV" && !description);
    expect(silent).toEqual([]);
  });

  it("says each default, and no other", () => {
    for (const variable of everyVariable) {
      const entry = app.env[variable.name];
      // Heroku is where real bookings are served.
      if (entry === undefined || variable.name === "NODE_ENV") continue;
      const unset = /\((\S+) when unset\)$/.exec(entry.description ?? "")?.[1];
      const said = variable.default === undefined ? unset : (entry.value ?? unset);
      expect([variable.name, said, unset ?? said]).toEqual([variable.name, variable.default, variable.default]);
    }
  });

  it("gives no secret a value that others could know", () => {
    const secrets = everyVariable.filter(({ secret }) => secret).map(({ name }) => [name, app.env[name]?.value]);
    expect(secrets.filter(([, value]) => value !== undefined)).toEqual([]);
    expect(secrets.length).toBeGreaterThan(5);
    const generated = Object.entries(app.env).filter(([, { generator }]) => generator === "secret");
    expect(secrets.map(([name]) => name)).toEqual(expect.arrayContaining(generated.map(([name]) => name)));
  });

  it("starts the processes of the Procfile", async () => {
    const procfile = await readFile(join(import.meta.dirname, "../../Procfile"), "utf8");
    const processes = [...procfile.matchAll(/^(\w+): (.*)$/gm)].map(([, name]) => name);
    expect(processes).toEqual(expect.arrayContaining(["release", ...Object.keys(app.formation)]));
  });
});
