import { z } from 'zod';
import { patternExpression } from '../lib/fnmatch.ts';
import { defineModule } from '../module/define.ts';
import { ansibleInt, ansibleText, listOf } from '../module/params.ts';
import { none } from '../module/plan.ts';

type Facts = Record<string, unknown>;

/** Gathers what is known of a host. */
export default defineModule({
  name: 'setup',
  collection: 'ansible.builtin',
  doc: 'Gather facts of a host: system, distribution, network, memory, mounts, users and more. A play does so by itself.',
  params: z.strictObject({
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
  }),
  read: ({ gather_subset, fact_path }, host) => host.facts({ subset: gather_subset, factPath: fact_path }),
  plan({ filter }, gathered) {
    const facts = filtered(
      gathered,
      filter.filter((pattern) => pattern !== ''),
    );
    return {
      ...none({ ansible_facts: facts }),
      effects: [{ kind: 'facts', facts, origin: 'host', cacheable: true }],
    };
  },
  steps: () => [],
});

// A pattern names a fact with or without its prefix.
function filtered(facts: Facts, patterns: string[]): Facts {
  if (patterns.length === 0) return facts;
  const wanted = patterns.map((pattern) => patternExpression(pattern));
  const kept = Object.entries(facts).filter(([name]) =>
    wanted.some((pattern) => pattern.test(name) || pattern.test(name.replace(/^ansible_/, ''))),
  );
  return Object.fromEntries(kept);
}
