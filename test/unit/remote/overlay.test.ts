import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Secret } from '../../../src/lib/secret.ts';
import type { Passwd, Reads, Stat } from '../../../src/module/reads.ts';
import type { Step } from '../../../src/module/step.ts';
import { openHost, type RemoteHost, StepFailed } from '../../../src/remote/host.ts';
import { connectShell, type TestConnection } from './localConnection.ts';

// Real processes on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let connection: TestConnection;
let host: RemoteHost;
let reads: Reads;
const at = (name: string) => join(folder, name);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flotte-overlay-'));
  connection = connectShell('dash');
  host = openHost(connection);
  reads = host.reads();
});

afterEach(async () => {
  await host.close();
  connection.cleanUp();
  rmSync(folder, { recursive: true, force: true });
});

describe('what is planned', () => {
  it('is seen by later reads, and nothing is written', async () => {
    host.plan(
      [
        { kind: 'mkdir', path: at('srv'), attributes: { mode: 0o750, owner: 'root', group: '4242' } },
        { kind: 'put', path: at('srv/app.conf'), content: 'hello\n', attributes: { mode: 0o640 } },
        { kind: 'put', path: at('srv/key'), content: new Secret('s3cret') },
        { kind: 'link', path: at('current'), target: 'srv', type: 'symbolic' },
      ],
      'make it',
    );
    expect(await reads.stat({ path: at('srv') })).toMatchObject({
      path: at('srv'),
      type: 'directory',
      mode: 0o750,
      owner: 'root',
      uid: 0,
      group: '4242',
      gid: 4242,
    });
    expect(await reads.stat({ path: at('current/app.conf') })).toMatchObject({
      path: at('current/app.conf'),
      type: 'file',
      mode: 0o640,
      size: 6,
    });
    expect(await reads.stat({ path: at('current') })).toMatchObject({ type: 'link', target: 'srv' });
    expect(await reads.stat({ path: at('current'), follow: true })).toMatchObject({ type: 'directory' });
    expect(await reads.checksum({ path: at('current/app.conf') })).toBe(
      'f572d396fae9206628714fb2ce00f72e94f2258f',
    );
    expect(Buffer.from((await reads.content({ path: at('srv/key') }))!).toString()).toBe('s3cret');
    expect(await reads.realpath({ path: at('current/key') })).toBe(at('srv/key'));
    expect((await reads.entries({ path: at('current') }))!.map(({ path }) => path)).toEqual([
      at('current/app.conf'),
      at('current/key'),
    ]);
    expect(readdirSync(folder)).toEqual([]);
    expect(host.plannedBy).toBeUndefined();
  });

  it('leaves everything else as the host says it', async () => {
    writeFileSync(at('other'), 'other');
    const [before, passwd] = await Promise.all([
      reads.stat({ path: at('other') }),
      reads.content({ path: '/etc/passwd' }),
    ]);
    host.plan([{ kind: 'put', path: at('mine'), content: '' }], 'x');
    expect(await reads.stat({ path: at('other') })).toEqual(before);
    expect(await reads.content({ path: '/etc/passwd' })).toEqual(passwd);
    expect(await reads.stat({ path: '/etc/passwd/nothing' })).toBeUndefined();
  });

  it('of unknown reach is told by its label, and what depends on it is no answer', async () => {
    host.plan(
      [{ kind: 'run', argv: ['touch', at('venv/bin/python')], touches: [at('venv')] }],
      'make the environment',
    );
    expect(host.plannedBy).toBeUndefined();
    expect(host.mayBring(at('venv/bin/pip'))).toBe('make the environment');
    expect(host.mayBring(at('venvironment'))).toBeUndefined();
    const files = [{ kind: 'remove' as const, path: at('home') }];
    host.plan(
      [{ kind: 'run', argv: ['userdel'], touches: [at('home')], brings: { files } }],
      'remove the user',
    );
    expect(host.mayBring(at('home/note'))).toBeUndefined();
    host.plan([{ kind: 'run', script: 'anything' }], 'run it');
    host.plan([{ kind: 'run', script: 'more' }], 'run more');
    expect([host.plannedBy, host.mayBring(at('elsewhere'))]).toEqual(['run it', 'run it']);
    expect(await reads.stat({ path: at('venv') })).toBeUndefined();
    await expect(reads.http({ url: 'http://127.0.0.1:9/', method: 'GET', seconds: 1 })).rejects.toMatchObject(
      {
        why: '"run it" is only planned',
      },
    );
  });

  it('brings packages, users, groups and units', async () => {
    const user: Passwd = {
      name: 'svc',
      uid: 990,
      gid: 991,
      gecos: '',
      home: '/srv',
      shell: '/bin/sh',
      groups: [],
      group: 'svc',
    };
    host.plan(
      [
        {
          kind: 'run',
          argv: ['useradd', 'svc'],
          touches: ['/etc/passwd'],
          brings: {
            users: { svc: user, daemon: undefined },
            groups: { svc: { name: 'svc', gid: 991, members: [] } },
          },
        },
        { kind: 'put', path: at('owned'), content: '', attributes: { owner: 'svc', group: 'svc' } },
      ],
      'add the user',
    );
    expect(await reads.passwd({ name: 'svc' })).toEqual(user);
    expect(await reads.passwd({ name: 'daemon' })).toBeUndefined();
    expect(await reads.passwd({ name: 'root' })).toMatchObject({ uid: 0 });
    expect(await reads.stat({ path: at('owned') })).toMatchObject({
      owner: 'svc',
      uid: 990,
      group: 'svc',
      gid: 991,
    });
    host.plan(
      [
        {
          kind: 'run',
          argv: ['x'],
          touches: [],
          brings: {
            packages: { 'flotte-test': { status: 'installed', version: '1' } },
            units: { 'flotte-test.service': { ActiveState: 'active', LoadState: 'loaded' } },
          },
        },
      ],
      'start it',
    );
    expect(await reads.package({ name: 'flotte-test' })).toEqual({ status: 'installed', version: '1' });
    expect(host.plannedBy).toBeUndefined();
    await expect(reads.http({ url: 'http://127.0.0.1:9/', method: 'GET', seconds: 1 })).rejects.toMatchObject(
      {
        why: '"start it" is only planned',
      },
    );
  });
});

/** Small whole numbers, the same in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const NAMES = ['a', 'b', 'a/x', 'a/y', 'b/x', 'a/x/deep', 'link', 'link/x', 'b/up', 'c'];

function anyStep(pick: (below: number) => number, root: string): Step {
  const path = () => join(root, NAMES[pick(NAMES.length)]!);
  const attributes = pick(2)
    ? { mode: [0o600, 0o755, 0o640][pick(3)]!, ...(pick(2) ? { group: '12' } : {}) }
    : {};
  const kinds: (() => Step)[] = [
    () => ({ kind: 'put', path: path(), content: 'text'.repeat(pick(4)), attributes }),
    () => ({ kind: 'mkdir', path: path(), attributes }),
    () => ({ kind: 'mkdir', path: path() }),
    () => ({
      kind: 'link',
      path: path(),
      target: ['a', '../b', 'x', join(root, 'b')][pick(4)]!,
      type: 'symbolic',
    }),
    () => ({ kind: 'remove', path: path() }),
    () => ({ kind: 'attributes', path: path(), attributes: { mode: 0o700 }, follow: pick(2) === 0 }),
    () => ({ kind: 'touch', path: path(), mtime: 1_000_000 + pick(9), atime: 5, attributes }),
    () => ({ kind: 'rename', from: path(), to: path() }),
    () => ({ kind: 'copy', from: path(), to: path(), attributes }),
  ];
  return kinds[pick(kinds.length)]!();
}

function build(root: string): void {
  mkdirSync(join(root, 'a/x'), { recursive: true });
  writeFileSync(join(root, 'a/x/deep'), 'deep');
  writeFileSync(join(root, 'a/y'), 'y');
  chmodSync(join(root, 'a/y'), 0o604);
  mkdirSync(join(root, 'b'));
  symlinkSync('a', join(root, 'link'));
}

/** All that reads say of a folder, without what is not planned: inodes, times of directories. */
async function picture(root: string, on: Reads): Promise<unknown> {
  const relative = (text: string | undefined) => text?.replaceAll(root, '');
  const plain = (stat: Stat | undefined) =>
    stat && {
      path: relative(stat.path),
      type: stat.type,
      mode: stat.mode,
      owner: stat.uid,
      group: stat.gid,
      target: relative(stat.target),
      size: stat.type === 'file' ? stat.size : 0,
      mtime: stat.type === 'file' && stat.mtime < 2_000_000 ? stat.mtime : 'now',
    };
  const list = (stats: Stat[] | undefined) =>
    stats?.map(plain).sort((a, b) => (a!.path! < b!.path! ? -1 : 1));
  return Promise.all(
    NAMES.map(async (name) => {
      const path = join(root, name);
      const [stat, followed, sum, content, entries, tree, real] = await Promise.all([
        on.stat({ path }),
        on.stat({ path, follow: true }),
        on.checksum({ path }),
        on.content({ path }).catch((error: Error) => relative(error.message)),
        on.entries({ path }),
        on.tree({ path }),
        on.realpath({ path }),
      ]);
      const text = content instanceof Uint8Array ? Buffer.from(content).toString() : content;
      return [name, plain(stat), plain(followed), sum, text, list(entries), list(tree), relative(real)];
    }),
  );
}

it.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'the picture of planned steps is that of performed ones (%i)',
  async (seed) => {
    const pick = numbers(seed);
    const real = at('real');
    const planned = at('planned');
    build(real);
    build(planned);
    const other = openHost(connection);
    try {
      for (let count = 0; count < 25; count += 1) {
        const step = anyStep(pick, real);
        const done = await other.perform([step]).catch((error: unknown) => {
          if (!(error instanceof StepFailed)) throw error;
        });
        if (!done) continue;
        host.plan([JSON.parse(JSON.stringify(step).replaceAll(real, planned)) as Step], 'a task');
        expect(await picture(planned, reads), JSON.stringify(step)).toEqual(
          await picture(real, other.reads()),
        );
      }
    } finally {
      await other.close();
    }
  },
);
