import type { RunEvent, TaskEnd } from '../../engine/events.ts';
import { oneLine, printableJson } from '../../report/printable.ts';
import { pythonJson } from '../../report/pythonJson.ts';
import { loadConfig } from '../config.ts';
import type { ConnectionFlags, InventoryFlags } from '../options.ts';
import { givenPasswords } from '../passwords.ts';
import { performRun } from '../performRun.ts';
import { prepareTask } from '../prepareTask.ts';
import { runOptionsOf } from '../runOptions.ts';
import type { Terminal } from '../terminal.ts';

/** Flags of `flotte facts`. */
export interface FactsFlags extends InventoryFlags, ConnectionFlags {
  filter?: string[];
  gatherSubset?: string[];
}

/**
 * `flotte facts PATTERN`: the facts of hosts as one JSON document, host by host. What could not be gathered is said on
 * standard error. Gives the exit code.
 */
export async function factsCommand(pattern: string, flags: FactsFlags, terminal: Terminal): Promise<number> {
  const { settings } = loadConfig(terminal);
  const args = {
    ...(flags.filter && { filter: flags.filter }),
    ...(flags.gatherSubset && { gather_subset: flags.gatherSubset }),
  };
  const play = { name: 'flotte facts', hosts: pattern, task: { setup: args } };
  const prepared = await prepareTask(play, flags, settings, terminal);
  const passwords = await givenPasswords(flags, settings, terminal);
  const common = { verbose: 0, journal: false };
  const options = runOptionsOf({ ...flags, ...common }, settings, passwords);
  const facts: Record<string, unknown> = {};
  const listener = (event: RunEvent) => {
    if (event.type !== 'task-end') return;
    if (event.outcome === 'ok') facts[event.host] = event.result.ansible_facts ?? {};
    else terminal.stderr.write(`${failureText(event)}\n`);
  };
  const reports = {
    listener,
    finish: async () => void terminal.stdout.write(`${printableJson(pythonJson(facts, 4))}\n`),
    stop: () => {},
  };
  return performRun(prepared, options, { flags: common, settings, terminal, reports });
}

function failureText(end: TaskEnd): string {
  return `${oneLine(end.host)} | ${end.outcome} | ${oneLine(end.why ?? '')}`;
}
