import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { RunEvent, TaskEnd } from '../../../src/engine/events.ts';
import { DEFAULT_OPTIONS, type RunOptions } from '../../../src/engine/options.ts';
import { prepare } from '../../../src/engine/prepare.ts';
import type { Subject } from '../../../src/engine/prepared.ts';
import { run } from '../../../src/engine/run.ts';
import { createTransport } from '../../../src/transport/index.ts';

/** What a playbook run in a test came to. */
export interface Ran {
  events: RunEvent[];
  exitCode: number;
  /** Folder of the playbook; also the `dir` variable. */
  folder: string;
  ends: TaskEnd[];
  /** `host outcome name` of every task, in the order in which they ended. */
  lines: string[];
  /** What debug tasks said, in order. */
  said: unknown[];
}

/** A project in a temporary folder: names of files to their texts. */
export function project(files: Record<string, string>): { folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'flotte-engine-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

const NO_VAULT = { openFile: (text: string) => text, openValue: () => '' };

/** What a run of site.yml in a folder is about; hosts a, b and c are this machine. */
export function subjectIn(folder: string, changes: Partial<Subject> = {}): Subject {
  return {
    inventory: [join(folder, 'hosts')],
    playbooks: [join(folder, 'site.yml')],
    extraVars: [{ values: { dir: folder }, origin: 'test' }],
    rolesPath: [],
    cwd: folder,
    vault: NO_VAULT,
    ...changes,
  };
}

const HOSTS = `[web]
a
b
c
[all:vars]
ansible_connection=local
`;

/** Runs a playbook for real on this machine, under the names of hosts in the inventory (a, b and c). */
export async function play(
  files: Record<string, string>,
  options: Partial<RunOptions> = {},
  subject: Partial<Subject> = {},
): Promise<Ran> {
  const { folder, remove } = project({ hosts: HOSTS, ...files });
  const events: RunEvent[] = [];
  try {
    const prepared = await prepare(subjectIn(folder, subject));
    const { exitCode } = await run(
      prepared,
      { ...DEFAULT_OPTIONS, ...options },
      createTransport({}),
      (event) => events.push(event),
    );
    const ends = events.filter((event) => event.type === 'task-end');
    return {
      events,
      exitCode,
      folder,
      ends,
      lines: ends.map(({ host, outcome, task }) => `${host} ${outcome} ${task.name}`),
      said: ends
        .filter(({ task, outcome }) => task.module === 'debug' && outcome === 'ok')
        .map(({ result }) => result.msg),
    };
  } finally {
    remove();
  }
}
