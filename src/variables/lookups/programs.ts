import { spawnSync } from 'node:child_process';
import { splitLines, toText, Undefined } from '../../jinja/index.ts';
import { type Lookup, type LookupContext, lookupError } from './context.ts';
import { playbookFolder } from './searchPath.ts';

const LONGEST_OUTPUT = 64 * 1024 * 1024;

/** What a command line of the control side prints; it runs in the playbook's folder. */
function outputOf(command: string, context: LookupContext): string {
  const { status, signal, stdout, error } = spawnSync(command, {
    cwd: playbookFolder(context),
    shell: '/bin/sh',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: LONGEST_OUTPUT,
  });
  if (error) throw lookupError(`${command}: ${error.message}`);
  if (status !== 0) throw lookupError(`${command} ended with ${status ?? signal}`);
  return stdout.toString('utf8');
}

const env: Lookup = (terms, _context, options) =>
  terms.map((term) => {
    const name = toText(term).trim().split(/\s+/)[0]!;
    const value = process.env[name];
    if (value !== undefined) return value;
    const { default: fallback = '' } = options;
    return fallback instanceof Undefined
      ? new Undefined(name, `The environment variable '${name}' is not set.`)
      : fallback;
  });

/** Lookups that ask the machine that Flotte runs on. */
export const programLookups: Readonly<Record<string, Lookup>> = {
  env,
  pipe: (terms, context) => terms.map((term) => outputOf(toText(term), context).trimEnd()),
  lines: (terms, context) => terms.flatMap((term) => splitLines(outputOf(toText(term), context), false)),
};
