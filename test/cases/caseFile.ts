import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** What a case file holds; README.md beside this file says it in words. */
export interface Case {
  doc: string;
  params: Record<string, unknown>;
  control?: ControlAnswers;
  /** Each: the primitive's name with its arguments, and `answer`. */
  reads?: Record<string, unknown>[];
  /** A text that the problem with the parameters must contain; nothing else is looked at then. */
  bad?: string;
  plan?: 'none' | string[] | { unknown?: string; failed?: string; skipped?: string; changes?: string[] };
  diff?: unknown[];
  warnings?: string[];
  effects?: unknown[];
  /** How the host is waited for after the steps. */
  reconnect?: Record<string, unknown>;
  steps?: Record<string, unknown>[];
  done?: Record<string, unknown>[];
  result?: Record<string, unknown>;
  check_result?: Record<string, unknown>;
  /** Keys that must not be in the result. */
  result_without?: string[];
}

export interface ControlAnswers {
  files?: Record<string, string | ControlFileAnswer>;
  directories?: Record<
    string,
    { directories?: Record<string, number>; files?: Record<string, string | ControlFileAnswer> }
  >;
  templates?: Record<string, string>;
  variables?: Record<string, Record<string, unknown>>;
  variableFiles?: Record<string, { path: string; depth: number }[]>;
  /** What lies on the control side where something is to be saved. */
  saved?: Record<string, { kind: 'file' | 'directory'; sha1?: string }>;
  /** What is answered to a question; left out where nobody can be asked. */
  input?: string;
  /** What waiting for the host came to. */
  reconnect?: { elapsed: number; problem?: string };
  evaluate?: Record<string, unknown>;
  checkMode?: boolean;
  verbosity?: number;
  host?: string;
}

export interface ControlFileAnswer {
  text: string | Uint8Array;
  mode?: number;
  vault?: boolean;
}

const KEYS: Record<keyof Case, true> = {
  doc: true,
  params: true,
  control: true,
  reads: true,
  bad: true,
  plan: true,
  diff: true,
  warnings: true,
  effects: true,
  reconnect: true,
  steps: true,
  done: true,
  result: true,
  check_result: true,
  result_without: true,
};

/** All cases below a folder: module -> case name -> case. A key that the runner does not know is an error. */
export function readCases(folder: string): Record<string, Record<string, Case>> {
  const cases: Record<string, Record<string, Case>> = {};
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const files = readdirSync(join(folder, entry.name)).filter((name) => name.endsWith('.yml'));
    cases[entry.name] = Object.fromEntries(
      files.sort().map((name) => [name.slice(0, -4), readCase(join(folder, entry.name, name))]),
    );
  }
  return cases;
}

function readCase(path: string): Case {
  const read = parse(readFileSync(path, 'utf8'), { customTags: ['binary'] }) as Case;
  const odd = Object.keys(read).filter((key) => !Object.hasOwn(KEYS, key));
  if (odd.length > 0) throw new Error(`${path}: a case has no ${odd.join(', ')}`);
  if (!read.doc || !read.params) throw new Error(`${path}: a case needs doc and params`);
  if (read.bad === undefined && read.plan === undefined) throw new Error(`${path}: a case needs plan or bad`);
  return read;
}
