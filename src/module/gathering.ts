import { patternExpression } from '../lib/fnmatch.ts';
import { ansibleInt, ansibleText, listOf } from './params.ts';
import { none, type Plan } from './plan.ts';

type Facts = Record<string, unknown>;

/** The parameters of the modules that gather facts. */
export const gatheringParams = {
  gather_subset: listOf(ansibleText())
    .default(['all'])
    .describe('Which facts: `all`, `min`, `hardware`, `network`, `virtual` ...; `!name` leaves one out.'),
  gather_timeout: ansibleInt().default(10).describe('Taken for compatibility: facts come in one frame.'),
  filter: listOf(ansibleText())
    .default([])
    .describe('Keep only facts whose names match one of these shell patterns.'),
  fact_path: ansibleText()
    .default('/etc/ansible/facts.d')
    .describe("Directory of the host's own facts (`*.fact`)."),
};

/** What was gathered, as far as a filter keeps it, becomes the host's facts. */
export function planFacts({ filter }: { filter: string[] }, gathered: Facts): Plan<never> {
  const facts = filtered(
    gathered,
    filter.filter((pattern) => pattern !== ''),
  );
  return {
    ...none({ ansible_facts: facts }),
    effects: [{ kind: 'facts', facts, origin: 'host', cacheable: true, gathered: filter.length === 0 }],
  };
}

// A pattern names a fact with or without its prefix.
function filtered(facts: Facts, patterns: string[]): Facts {
  if (patterns.length === 0) return facts;
  const wanted = patterns.map((pattern) => patternExpression(pattern));
  const kept = Object.entries(facts).filter(([name]) =>
    wanted.some((pattern) => pattern.test(name) || pattern.test(name.replace(/^ansible_/, ''))),
  );
  return Object.fromEntries(kept);
}
