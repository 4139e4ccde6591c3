import { parseArgs } from 'node:util';
import { type Tool, toolNames } from './tools/tool.ts';

export const usage = `usage: npm run bench -- [--only PART,...] [--hosts N,...] [--rtt MS,...] [--tools NAME,...] [--rounds N] [--budget S]

  --only PART     parts of: converged, check, trivial, first, local, scale, page (default: all)
  --hosts N       of 1, 5, 10; simulated 1000, 10000: only cells of so many hosts
  --rtt MS        of 0, 50: only cells of this round trip
  --tools NAME    of ${toolNames.join(', ')}
  --rounds N      turns of each tool in a cell (default 5; first installs: 2)
  --budget S      seconds after which a tool takes no further turn in a cell (default 60)

Results of one day and one state of src/ are kept in .flotte/bench and make docs/performance.md together.`;

export const parts = ['converged', 'check', 'trivial', 'first', 'local', 'scale', 'page'] as const;
export type Part = (typeof parts)[number];

export interface Options {
  only: readonly Part[];
  hosts: readonly number[] | undefined;
  rtt: readonly number[] | undefined;
  tools: readonly Tool['name'][];
  rounds: number | undefined;
  budget: number;
}

/** A mistake in the arguments: told with the usage, not with a stack trace. */
export class UsageError extends Error {}

export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string' },
      hosts: { type: 'string' },
      rtt: { type: 'string' },
      tools: { type: 'string' },
      rounds: { type: 'string' },
      budget: { type: 'string', default: '60' },
    },
  });
  const oneOf = <T extends string>(list: string | undefined, known: readonly T[]): readonly T[] =>
    list === undefined
      ? known
      : list.split(',').map((word) => known.find((one) => one === word) ?? bad(word));
  const numbers = (list: string | undefined) => list?.split(',').map((word) => positive(word));
  return {
    only: oneOf(values.only, parts),
    hosts: numbers(values.hosts),
    rtt: numbers(values.rtt),
    tools: oneOf(values.tools, toolNames),
    rounds: values.rounds === undefined ? undefined : positive(values.rounds),
    budget: positive(values.budget),
  };
}

function positive(word: string): number {
  return /^\d+$/.test(word) ? Number(word) : bad(word);
}

function bad(word: string): never {
  throw new UsageError(`'${word}' is not known here`);
}
