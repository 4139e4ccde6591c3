import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { projectFolder } from '../../fleet/paths.ts';
import type { Cost } from './measure.ts';
import { benchFolder } from './rig.ts';

/** What the turns of one entry of a cell cost, and what they told. */
export interface EntryResult {
  costs: Cost[];
  /** Changes that the tool told of, over those that it always counts; of all hosts, in each turn. */
  surplus: number[];
}

export interface WireResult {
  roundTrips: number;
  frames: number;
  bytesOut: number;
  bytesIn: number;
}

export interface CellResult {
  /** The machine's load average when the cell began: above one a core, others took part of the time. */
  load?: number;
  entries: Record<string, EntryResult>;
  /** What a host's run costs Flotte on the wire. */
  wire?: WireResult;
}

/** All that was measured on one day with one state of the sources. */
export interface Results {
  date: string;
  source: string;
  commit: string;
  machine: { cores: number; processor: string; memory: number; kernel: string; node: string };
  versions: Record<string, string>;
  cells: Record<string, CellResult>;
}

/** The results of today for the sources as they are, as far as they were measured. */
export function loadResults(): Results {
  const source = git('rev-parse', 'HEAD:src');
  const date = new Date().toISOString().slice(0, 10);
  const file = resultsFile(date, source);
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Results;
  const machine = {
    cores: cpus().length,
    processor: cpus()[0]?.model ?? 'unknown',
    memory: totalmem(),
    kernel: release(),
    node: process.versions.node,
  };
  return { date, source, commit: git('rev-parse', '--short', 'HEAD'), machine, versions: {}, cells: {} };
}

export function saveResults(results: Results): void {
  writeFileSync(resultsFile(results.date, results.source), `${JSON.stringify(results, undefined, 1)}\n`);
}

function resultsFile(date: string, source: string): string {
  return join(benchFolder(), `${date}-${source.slice(0, 12)}.json`);
}

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: projectFolder(), encoding: 'utf8' }).trim();
}
