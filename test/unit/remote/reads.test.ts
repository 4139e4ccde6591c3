import { createHash } from 'node:crypto';
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Reads } from '../../../src/module/reads.ts';
import { openHost, type RemoteHost } from '../../../src/remote/host.ts';
import { connectShell, missing, shells, type TestConnection } from './localConnection.ts';

// Real processes on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 });

const root = process.getuid?.() === 0;

describe.each(shells.map((shell) => ({ shell, reason: missing(shell) })))(
  'reads on $shell',
  ({ shell, reason }) => {
    let folder: string;
    let connection: TestConnection;
    let host: RemoteHost;
    let reads: Reads;
    const odd = 'it\'s a $HOME `id` "name" \\n with\nnewline';
    const at = (name: string) => join(folder, name);

    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'flotte-reads-'));
      connection = connectShell(shell);
      host = openHost(connection);
      reads = host.reads();
      writeFileSync(at('file'), 'content\n');
      chmodSync(at('file'), 0o2640);
      writeFileSync(at(odd), 'odd');
      writeFileSync(at('bytes'), Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * 7) % 256)));
      mkdirSync(at('dir/deep'), { recursive: true });
      writeFileSync(at('dir/b'), 'b');
      writeFileSync(at('dir/a'), 'a');
      writeFileSync(at('dir/.hidden'), '');
      writeFileSync(at('dir/deep/c'), 'c');
      mkdirSync(at('empty'));
      symlinkSync('dir', at('link'));
      symlinkSync('nowhere', at('dangling'));
      symlinkSync('loop', at('loop'));
    });

    afterAll(async () => {
      await host.close();
      connection.cleanUp();
      rmSync(folder, { recursive: true, force: true });
    });

    it.skipIf(reason)('tell what lies at a path', async () => {
      const paths = ['file', odd, 'dir', 'link', 'dangling', 'loop', 'nothing', 'file/below'];
      const found = await Promise.all(paths.map((name) => reads.stat({ path: at(name) })));
      for (const [i, name] of paths.slice(0, 6).entries()) {
        const real = lstatSync(at(name));
        expect(found[i]).toMatchObject({
          path: at(name),
          mode: real.mode & 0o7777,
          uid: real.uid,
          gid: real.gid,
          size: real.size,
          inode: real.ino,
          device: real.dev,
          links: real.nlink,
        });
        expect(Math.abs(found[i]!.mtime - real.mtimeMs / 1000)).toBeLessThan(1);
      }
      expect(found.map((stat) => stat?.type)).toEqual([
        'file',
        'file',
        'directory',
        'link',
        'link',
        'link',
        undefined,
        undefined,
      ]);
      expect(found[3]).toMatchObject({ target: 'dir' });
      if (root) expect(found[0]).toMatchObject({ owner: 'root', group: 'root' });
    });

    it.skipIf(reason)('follow links where they are asked to, also beside the link itself', async () => {
      const [link, followed, dangling, loop, file] = await Promise.all([
        reads.stat({ path: at('link') }),
        reads.stat({ path: at('link'), follow: true }),
        reads.stat({ path: at('dangling'), follow: true }),
        reads.stat({ path: at('loop'), follow: true }),
        reads.stat({ path: at('file'), follow: true }),
      ]);
      expect([link?.type, followed?.type, dangling, loop, file?.type]).toEqual([
        'link',
        'directory',
        undefined,
        undefined,
        'file',
      ]);
      expect(followed).not.toHaveProperty('target');
    });

    it.skipIf(reason)('know devices, pipes and other kinds', async () => {
      expect(await reads.stat({ path: '/dev/null' })).toMatchObject({ type: 'char', mode: 0o666 });
      expect(await reads.stat({ path: '/' })).toMatchObject({ type: 'directory', path: '/' });
    });

    it.skipIf(reason)('answer for more paths than one program takes', async () => {
      const paths = Array.from({ length: 2000 }, (_, i) => at(`${'long'.repeat(30)}-${i}`));
      const found = await Promise.all([...paths, at('file')].map((path) => reads.stat({ path })));
      expect(found.filter(Boolean)).toHaveLength(1);
    });

    it.skipIf(reason)('give checksums by every algorithm', async () => {
      for (const algorithm of ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'] as const) {
        // busybox has no sha224sum and sha384sum.
        if (shell === 'busybox' && /224|384/.test(algorithm)) continue;
        const hex = createHash(algorithm).update('content\n').digest('hex');
        expect(await reads.checksum({ path: at('file'), algorithm })).toBe(hex);
      }
      const sha1 = createHash('sha1').update('odd').digest('hex');
      expect(
        await Promise.all(
          [odd, 'dir', 'nothing', 'dangling'].map((name) => reads.checksum({ path: at(name) })),
        ),
      ).toEqual([shell === 'busybox' ? undefined : sha1, undefined, undefined, undefined]);
      const [one, other] = await Promise.all([
        reads.checksum({ path: at('dir/a') }),
        reads.checksum({ path: at('dir/a'), algorithm: 'md5' }),
      ]);
      expect([one?.length, other?.length]).toEqual([40, 32]);
    });

    it.skipIf(reason)('give content to the byte', async () => {
      const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * 7) % 256));
      const [whole, strange, nothing, empty] = await Promise.all(
        ['bytes', odd, 'nothing', 'dir/.hidden'].map((name) => reads.content({ path: at(name) })),
      );
      expect(Buffer.from(whole!).equals(bytes)).toBe(true);
      expect(Buffer.from(strange!).toString()).toBe('odd');
      expect(nothing).toBeUndefined();
      expect(empty).toHaveLength(0);
      await expect(reads.content({ path: at('dir') })).rejects.toThrow('is no file');
    });

    it.skipIf(reason)('refuse to hold a file that is too large', async () => {
      writeFileSync(at('large'), '');
      truncateSync(at('large'), 40 * 2 ** 20);
      const [large, other] = await Promise.allSettled([
        reads.content({ path: at('large') }),
        reads.content({ path: at('file') }),
      ]);
      expect(large).toMatchObject({ reason: { message: expect.stringContaining('larger than 32 MiB') } });
      expect(other.status).toBe('fulfilled');
    });

    it.skipIf(reason)('list directories, and all below them', async () => {
      const [entries, tree, byLink, empty, file, nothing] = await Promise.all([
        reads.entries({ path: at('dir') }),
        reads.tree({ path: at('dir') }),
        reads.entries({ path: at('link') }),
        reads.entries({ path: at('empty') }),
        reads.tree({ path: at('file') }),
        reads.entries({ path: at('nothing') }),
      ]);
      const names = (list: { path: string }[] | undefined) =>
        list?.map(({ path }) => path.slice(folder.length + 1));
      expect(names(entries)).toEqual(['dir/.hidden', 'dir/a', 'dir/b', 'dir/deep']);
      expect(entries!.map(({ type }) => type)).toEqual(['file', 'file', 'file', 'directory']);
      expect(names(tree)!.sort()).toEqual(['dir/.hidden', 'dir/a', 'dir/b', 'dir/deep', 'dir/deep/c']);
      expect(names(tree)!.indexOf('dir/deep')).toBeLessThan(names(tree)!.indexOf('dir/deep/c'));
      expect(names(byLink)).toEqual(['link/.hidden', 'link/a', 'link/b', 'link/deep']);
      expect([empty, file, nothing]).toEqual([[], undefined, undefined]);
    });

    it.skipIf(reason)('resolve paths', async () => {
      const asked = ['link/deep/../a', 'dangling', 'nothing', 'nothing/below', 'file', 'loop'];
      const found = await Promise.all(asked.map((name) => reads.realpath({ path: at(name) })));
      // busybox takes a dangling link's relative text for one that begins at the root.
      const dangling = shell === 'busybox' ? '/nowhere' : at('nowhere');
      expect(found).toEqual([at('dir/a'), dangling, at('nothing'), undefined, at('file'), undefined]);
      expect(await reads.realpath({ path: at('link/b') })).toBe(at('dir/b'));
    });
  },
);

describe('the reader', () => {
  let folder: string;
  let connection: TestConnection;
  let host: RemoteHost;
  const at = (name: string) => join(folder, name);

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'flotte-reader-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function withHost(body: () => Promise<void>): Promise<void> {
    connection = connectShell('dash');
    host = openHost(connection);
    try {
      await body();
    } finally {
      await host.close();
      connection.cleanUp();
    }
  }

  it('sends all that waits in one frame, also what is asked a few steps of a promise later', () =>
    withHost(async () => {
      const reads = host.reads();
      const later = Promise.resolve()
        .then(() => Promise.resolve())
        .then(() => reads.realpath({ path: '/etc' }));
      const fifty = Array.from({ length: 50 }, (_, i) => reads.stat({ path: `/etc/${i}` }));
      await Promise.all([
        ...fifty,
        later,
        reads.checksum({ path: '/etc/passwd' }),
        host.reads().ping({ data: 'x' }),
      ]);
      expect(host.counts).toMatchObject({ frames: 1, roundTrips: 2, reads: 53 });
    }));

  it('keeps answers until a step touches them, above or below', () =>
    withHost(async () => {
      mkdirSync(at('kept/sub'), { recursive: true });
      writeFileSync(at('kept/sub/file'), 'x');
      const reads = host.reads();
      const look = () =>
        Promise.all([
          reads.stat({ path: at('kept') }),
          reads.stat({ path: at('kept/sub/file') }),
          reads.stat({ path: '/etc/passwd' }),
        ]);
      await look();
      await look();
      expect(host.counts).toMatchObject({ reads: 3, cachedReads: 3 });
      await host.perform([{ kind: 'attributes', path: at('kept/sub'), attributes: { mode: 0o700 } }]);
      await look();
      expect(host.counts).toMatchObject({ reads: 5, cachedReads: 4 });
      await host.perform([{ kind: 'run', argv: ['true'], touches: [] }]);
      await look();
      expect(host.counts).toMatchObject({ reads: 5, cachedReads: 7 });
      await host.perform([{ kind: 'run', argv: ['true'] }]);
      await look();
      expect(host.counts).toMatchObject({ reads: 8, cachedReads: 7 });
    }));

  it('knows a file by its other names: links to its directory, and hard links', () =>
    withHost(async () => {
      mkdirSync(at('real'));
      writeFileSync(at('real/file'), 'old');
      linkSync(at('real/file'), at('twin'));
      symlinkSync('real', at('alias'));
      const reads = host.reads();
      await Promise.all([
        reads.stat({ path: at('alias') }),
        reads.stat({ path: at('real/file') }),
        reads.stat({ path: at('twin') }),
      ]);
      expect(await reads.content({ path: at('alias/file') })).toEqual(Buffer.from('old'));
      expect((await reads.entries({ path: at('alias') }))!).toHaveLength(1);
      await host.perform([{ kind: 'attributes', path: at('real/file'), attributes: { mode: 0o600 } }]);
      expect(await reads.stat({ path: at('twin') })).toMatchObject({ mode: 0o600 });
      await host.perform([
        { kind: 'put', path: at('real/file'), content: 'new' },
        { kind: 'put', path: at('real/more'), content: 'new' },
      ]);
      expect(await reads.content({ path: at('alias/file') })).toEqual(Buffer.from('new'));
      expect((await reads.entries({ path: at('alias') }))!).toHaveLength(2);
    }));

  it('answers reads that follow a step behind it, in the same round trip', () =>
    withHost(async () => {
      const reads = host.reads();
      expect(await reads.stat({ path: at('fresh') })).toBeUndefined();
      const { roundTrips } = host.counts;
      const performed = host.perform([
        { kind: 'put', path: at('fresh'), content: 'x' },
        { kind: 'run', argv: ['sleep', '0.2'] },
      ]);
      const seen = reads.stat({ path: at('fresh') });
      expect(await seen).toMatchObject({ type: 'file', size: 1 });
      await performed;
      expect(host.counts.roundTrips).toBe(roundTrips + 1);
    }));

  it('shows what was asked before a step as it was before', () =>
    withHost(async () => {
      const reads = host.reads();
      const before = reads.stat({ path: at('later') });
      const performed = host.perform([{ kind: 'put', path: at('later'), content: 'x' }]);
      expect(await before).toBeUndefined();
      await performed;
      expect(await reads.stat({ path: at('later') })).toMatchObject({ size: 1 });
    }));

  it('asks anew what was cut off when the shell was killed under it', () =>
    withHost(async () => {
      const reads = host.reads();
      await reads.ping({ data: 'start' });
      const running = host.perform([{ kind: 'run', script: 'kill -KILL $PPID; sleep 5' }]);
      running.catch(() => undefined);
      const read = reads.stat({ path: folder });
      await expect(running).rejects.toMatchObject({ why: 'ended' });
      expect(await read).toMatchObject({ type: 'directory' });
    }));

  it('says which program is missing when sh cannot start', async () => {
    connection = connectShell('dash');
    const broken = openHost({
      ...connection,
      exec: () => connection.exec('echo "no shell for you" >&2; exit 1'),
    });
    await expect(broken.reads().ping({ data: 'x' })).rejects.toThrow(
      "the host's shell did not start: no shell for you",
    );
    await broken.close();
    connection.cleanUp();
  });

  it('gives up on a shell that never begins', async () => {
    connection = connectShell('dash');
    const silent = openHost(
      { ...connection, exec: () => connection.exec('exec sleep 100') },
      { startSeconds: 0.3 },
    );
    await expect(silent.reads().ping({ data: 'x' })).rejects.toThrow(
      "the host's shell gave no sign of life within 0.3 s",
    );
    await silent.close();
    for (const child of connection.children) child.kill();
    connection.cleanUp();
  });

  it('carries the environment that is asked for, and keeps answers apart by it', () =>
    withHost(async () => {
      const plain = await host.reads().executable({ name: 'sh' });
      const elsewhere = await host.reads(undefined, { PATH: '/nowhere' }).executable({ name: 'sh' });
      expect(plain).toMatch(/\/sh$/);
      expect(elsewhere).toBeUndefined();
    }));
});
