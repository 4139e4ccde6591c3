import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { parseYaml } from '../../../src/lib/yaml.ts';

/** Content that other people wrote and that is tried with both tools: where it comes from, and what it is given. */
const trialSchema = z.strictObject({
  name: z.string(),
  /** The repository, OWNER/NAME. */
  from: z.string(),
  /** Folders of roles, relative to the folder of all contents. */
  roles: z.array(z.string()).default([]),
  /** Path of the playbook, relative to the folder of all contents. */
  playbook: z.string().optional(),
  /** Files of variables for roles, relative to the folder of all contents. */
  varsFiles: z.array(z.string()).default([]),
  /** Extra variables for a playbook; a last file of variables for roles. */
  vars: z.record(z.string(), z.unknown()).default({}),
  /** Groups that the host is in beside `web`. */
  groups: z.array(z.string()).default([]),
  /** What hosts have at first: plain Debian, or Apache too. */
  base: z.enum(['debian', 'apache']).default('debian'),
  /** More arguments for both tools, as in `--tags`. */
  args: z.array(z.string()).default([]),
  /** A script that root runs on both hosts before. */
  before: z.string().optional(),
  /** Paths on the host, as regular expressions, whose content is another one at every run of this content. */
  varying: z.array(z.string()).default([]),
});

export type Trial = z.infer<typeof trialSchema>;

export function readTrials(file: string): Trial[] {
  const trials = z.array(trialSchema).parse(parseYaml(readFileSync(file, 'utf8'), { file }));
  for (const { name, roles, playbook } of trials)
    if (roles.length > 0 === (playbook !== undefined))
      throw new Error(`${file}: ${name} needs roles or a playbook, and not both`);
  return trials;
}
