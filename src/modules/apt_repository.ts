import { z } from 'zod';
import { hasEntry, sourceEntry, suggestedFile, withEntryEnabled, withoutEntry } from '../lib/aptSources.ts';
import { modeBits } from '../lib/fileMode.ts';
import { shellQuote } from '../lib/shell.ts';
import { updateStep } from '../module/apt/command.ts';
import { defineModule } from '../module/define.ts';
import { ansibleBool, ansibleInt, ansibleText, choice, modeParam } from '../module/params.ts';
import { type Change, changes, failed } from '../module/plan.ts';
import type { RunStep, Step } from '../module/step.ts';

const MAIN = '/etc/apt/sources.list';
const PARTS = '/etc/apt/sources.list.d';

const params = z.strictObject({
  repo: ansibleText().describe('The entry: deb URI suite components.'),
  state: choice(['absent', 'present']).default('present').describe('Whether apt shall know it.'),
  filename: ansibleText()
    .optional()
    .describe('File in /etc/apt/sources.list.d, without .list; else named after the URI.'),
  mode: modeParam().optional().describe('Permissions of a new file; else 0644.'),
  update_cache: ansibleBool().default(true).describe('Update the package lists after a change.'),
  update_cache_retries: ansibleInt().default(5).describe('How often the update is tried.'),
  update_cache_retry_max_delay: ansibleInt()
    .default(12)
    .describe('Longest pause between two tries, in seconds.'),
  codename: ansibleText().optional().describe('Taken for compatibility: only PPAs need it.'),
  validate_certs: ansibleBool().default(true).describe('Taken for compatibility: only PPAs need it.'),
  install_python_apt: ansibleBool().default(true).describe('Has no effect: nothing is needed on the host.'),
});

type RepositoryParams = z.output<typeof params>;

interface FileChange extends Change {
  steps: Step[];
}

export default defineModule({
  name: 'apt_repository',
  collection: 'ansible.builtin',
  doc: `Adds and removes apt sources of one line.

An entry that is there already counts wherever it stands. A new one is taken back where the package lists cannot be
updated with it.`,
  aliases: { 'update-cache': 'update_cache' },
  params,
  async read(_given, host) {
    const entries = (await host.entries({ path: PARTS })) ?? [];
    const paths = [MAIN, ...entries.map(({ path }) => path).filter((path) => path.endsWith('.list'))];
    const contents = await Promise.all(paths.map((path) => host.content({ path })));
    return paths.flatMap((path, i) =>
      contents[i] ? [{ path, text: Buffer.from(contents[i]).toString() }] : [],
    );
  },
  plan(given, files) {
    const { repo, state } = given;
    const result = { repo, state };
    if (repo.startsWith('ppa:'))
      return failed('PPAs are not known: give the deb line, and the key by deb822_repository', result);
    const entry = sourceEntry(repo);
    if (entry === undefined) return failed(`Invalid repository string: ${repo}`, result);
    const list = state === 'present' ? additions(entry, files, given) : removals(entry, files);
    const added = list.filter(({ summary }) => summary.startsWith('add')).map(({ path }) => path);
    const removed = list.filter(({ steps }) => steps[0]?.kind === 'remove').map(({ path }) => path);
    const last = list.at(-1);
    if (last && given.update_cache)
      last.steps = [...last.steps, update(given, state === 'present' ? last : undefined)];
    return changes<FileChange>(list, { ...result, sources_added: added, sources_removed: removed });
  },
  steps: ({ steps }) => steps,
});

interface Sources {
  path: string;
  text: string;
}

interface Edit extends FileChange {
  path: string;
  before: string;
}

function additions(entry: string, files: Sources[], { filename, mode }: RepositoryParams): Edit[] {
  const disabled = files.filter(({ text }) => withEntryEnabled(text, entry) !== text);
  if (disabled.length > 0)
    return disabled.map(({ path, text }) =>
      edit('switch on', entry, path, text, withEntryEnabled(text, entry)),
    );
  if (files.some(({ text }) => hasEntry(text, entry))) return [];
  const name = filename ?? suggestedFile(entry);
  const path = name.includes('/') ? `${name}.list` : `${PARTS}/${name}.list`;
  const old = files.find((file) => file.path === path)?.text ?? '';
  const change = edit('add', entry, path, old, `${old}${entry}\n`);
  const bits = mode === undefined ? 0o644 : modeBits(mode, { mode: 0o644, directory: false, umask: 0o022 });
  return [
    {
      ...change,
      steps: change.steps.map((step) =>
        step.kind === 'put' ? { ...step, attributes: { mode: bits } } : step,
      ),
    },
  ];
}

function removals(entry: string, files: Sources[]): Edit[] {
  const holding = files.filter(({ text }) => hasEntry(text, entry));
  return holding.map(({ path, text }) => edit('remove', entry, path, text, withoutEntry(text, entry)));
}

function edit(verb: string, entry: string, path: string, before: string, after: string): Edit {
  return {
    summary: `${verb} ${entry} in ${path}`,
    path,
    before,
    diff: { before, after, beforeHeader: path, afterHeader: path },
    steps: [after === '' ? { kind: 'remove', path } : { kind: 'put', path, content: after }],
  };
}

/** Updates the lists; where that fails, the new entry goes again, since apt would fail with it from then on. */
function update(given: RepositoryParams, added: Edit | undefined): RunStep {
  const step = updateStep(given);
  if (!added) return step;
  const path = shellQuote(added.path);
  const back = added.before === '' ? `rm -f ${path}` : `cat > ${path}`;
  return {
    ...step,
    script: `(${step.script}\n) || { ${back}; exit 100; }`,
    stdin: added.before,
    touches: [...(step.touches ?? []), added.path],
  };
}
