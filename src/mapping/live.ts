/**
 * The mappings in force while a process runs. A changed file takes effect by itself when all files are in order; if they
 * are not, the last good ones stay in force, and why is kept for readiness, log and dashboard.
 */
import { readMappings } from "./loader.ts";
import { type MappingText, parseMappings } from "./parse-all.ts";
import { MappingFileError, type MappingProblem } from "./problems.ts";
import { type MappingSet, NoMappingError, requireMapping } from "./set.ts";

export interface MappingsInForce {
  readonly set: MappingSet;
  /** The files' texts as they were when they came into force. */
  readonly texts: readonly MappingText[];
  /** ISO UTC: when this set came into force. */
  readonly loadedAt: string;
  /** Why the files as they are on disk now are not in force; undefined when they are. */
  readonly rejected: readonly MappingProblem[] | undefined;
}

export interface LiveMappings {
  current(): MappingsInForce;
  /** Follows the folder until the returned function is called; several may follow at once. */
  watch(): () => void;
}

export interface LiveMappingsOptions {
  readonly folder: string;
  /** CRMs that must have a mapping. */
  readonly crms: readonly string[];
  /** Called after the mappings in force changed, or a change was refused. */
  readonly onChange: (now: MappingsInForce) => void;
}

/**
 * The files are read again this often, in milliseconds. Reading a few small files is cheaper than being wrong: watching
 * says nothing on network drives and mounted volumes, and loses files that an editor replaces.
 */
const LOOK_MS = 1_000;

/** @throws MappingFileError, NoMappingError: there is nothing to put into force */
export async function openMappings(options: LiveMappingsOptions): Promise<LiveMappings> {
  const first = await readMappings(options.folder);
  let now: MappingsInForce = { set: checked(first, options), texts: first, loadedAt: isoNow(), rejected: undefined };
  let judged = signatureOf(first);
  let seen = judged;
  let watchers = 0;
  let timer: NodeJS.Timeout | undefined;

  /** A change counts once two looks in a row found the same: an editor may write a file in several steps. */
  async function look(): Promise<void> {
    const found = await readMappings(options.folder).catch((error: unknown) => error);
    const signature = signatureOf(found);
    const settled = signature === seen && signature !== judged;
    seen = signature;
    if (!settled) return;
    judged = signature;
    now = judge(found);
    options.onChange(now);
  }

  function judge(found: unknown): MappingsInForce {
    try {
      if (!isTexts(found)) throw found;
      return { set: checked(found, options), texts: found, loadedAt: isoNow(), rejected: undefined };
    } catch (error) {
      return { ...now, rejected: problemsOf(error, options.folder) };
    }
  }

  function lookLater(): void {
    timer = setTimeout(() => void look().finally(() => watchers > 0 && lookLater()), LOOK_MS);
    timer.unref();
  }

  return {
    current: () => now,
    watch() {
      watchers += 1;
      if (watchers === 1) lookLater();
      let watching = true;
      return () => {
        if (!watching) return;
        watching = false;
        watchers -= 1;
        if (watchers === 0) clearTimeout(timer);
      };
    },
  };
}

function checked(texts: readonly MappingText[], { crms }: LiveMappingsOptions): MappingSet {
  const set = parseMappings(texts);
  for (const crm of crms) requireMapping(set, crm);
  return set;
}

function isTexts(found: unknown): found is MappingText[] {
  return Array.isArray(found);
}

function signatureOf(found: unknown): string {
  return isTexts(found) ? JSON.stringify(found) : String(found);
}

function problemsOf(error: unknown, folder: string): readonly MappingProblem[] {
  if (error instanceof MappingFileError) return error.problems;
  const message = error instanceof NoMappingError ? error.message : `the files cannot be judged: ${String(error)}`;
  return [{ file: folder, line: 1, column: 1, message, excerpt: "" }];
}

function isoNow(): string {
  return new Date().toISOString();
}
