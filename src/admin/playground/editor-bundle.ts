/**
 * The editor for the browser, bundled in memory when the page is first asked for. Without it, or when bundling fails, the
 * page works with a plain text field.
 */
import { fileURLToPath } from "node:url";
import type { ConnectorLog } from "../../../connectors/connector.ts";
import { createCompiler } from "../../mapping/expression.ts";
import { mappingJsonSchema } from "../../mapping/json-schema.ts";
import { KNOWN_PATHS } from "../../mapping/value-facts.ts";
import { publish } from "../assets/assets.ts";

let bundled: Promise<string | undefined> | undefined;

/** @returns the script's address; undefined when it could not be made */
export function editorScript(log: ConnectorLog): Promise<string | undefined> {
  bundled ??= bundle().catch((error: unknown) => {
    log.warn({ error: error instanceof Error ? error.message : "unknown" }, "the mapping editor could not be bundled");
    return undefined;
  });
  return bundled;
}

async function bundle(): Promise<string> {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("../browser/main.ts", import.meta.url))],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: "es2022",
    legalComments: "none",
    logLevel: "silent",
    // What tsconfig.json says is for the type checker; a deployment need not have one.
    tsconfigRaw: {},
    define: {
      MAPPING_SCHEMA: mappingJsonSchema(),
      FILTER_NAMES: JSON.stringify(
        createCompiler({ tables: {}, currency: undefined, country: undefined, minorUnits: "by_currency" }).filters,
      ),
      KNOWN_PATHS: JSON.stringify(KNOWN_PATHS),
    },
  });
  const [script] = outputFiles;
  if (script === undefined) throw new Error("esbuild gave no file.");
  return publish("editor.js", "text/javascript", Buffer.from(script.contents));
}
