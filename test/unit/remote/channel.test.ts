import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { Secret } from '../../../src/lib/secret.ts';
import { type Channel, openChannel } from '../../../src/remote/channel.ts';
import { connectShell, eventually, lives, missing, shells, type TestConnection } from './localConnection.ts';

// Real processes on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 });

const open: { connection: TestConnection; channel: Channel }[] = [];
const folder = mkdtempSync(join(tmpdir(), 'flotte-channel-'));

function start(
  shell: (typeof shells)[number],
  environment: Record<string, string> = {},
  outputLimit = 1 << 26,
) {
  const counts = { frames: 0, roundTrips: 0, bytesOut: 0, bytesIn: 0 };
  const connection = connectShell(shell, environment);
  const channel = openChannel(connection, undefined, { startSeconds: 20, outputLimit, counts });
  open.push({ connection, channel });
  return { connection, channel, counts };
}

afterEach(async () => {
  for (const { connection, channel } of open.splice(0)) {
    await channel.close();
    await connection.close();
    connection.cleanUp();
  }
});

function run(channel: Channel, body: string, more: object = {}) {
  return channel.send([{ part: { body }, ...more }])[0]!;
}

describe.each(shells.map((shell) => ({ shell, reason: missing(shell) })))(
  'a channel on $shell',
  ({ shell, reason }) => {
    it.skipIf(reason)('keeps stdout, stderr and exit code apart', async () => {
      const { channel } = start(shell);
      const reply = await run(channel, 'echo out; echo err >&2; exit 7');
      expect(reply).toMatchObject({ rc: 7, skipped: false });
      expect(reply.stdout.toString()).toBe('out\n');
      expect(reply.stderr.toString()).toBe('err\n');
    });

    it.skipIf(reason)('is exact to the byte, in both directions', async () => {
      const { channel } = start(shell);
      const every = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
      const sizes = [1, 2, 255, 4096, 65_535, 65_536, 65_537, 200_000, 1_000_003];
      const contents = sizes.map((size) => Buffer.alloc(size, every));
      const answers = channel.send(
        contents.map((data) => ({ part: { body: 'cat; cat /dev/null >&2' }, data })),
      );
      for (const [i, answer] of answers.entries()) {
        const { rc, stdout } = await answer;
        expect(rc).toBe(0);
        expect(stdout.equals(contents[i]!)).toBe(true);
      }
    });

    it.skipIf(reason)('answers in order what was sent without waiting', async () => {
      const { channel } = start(shell);
      const answers = Array.from({ length: 40 }, (_, i) => run(channel, `echo ${i}; exit ${i}`));
      const replies = await Promise.all(answers);
      expect(replies.map(({ rc }) => rc)).toEqual(replies.map((_, i) => i));
      expect(replies.map(({ stdout }) => stdout.toString())).toEqual(replies.map((_, i) => `${i}\n`));
    });

    it.skipIf(reason)('keeps its place when a program leaves its input unread', async () => {
      const { channel } = start(shell);
      const data = Buffer.alloc(300_000, 'x');
      const first = run(channel, 'read -r line; exit 3', { data });
      const second = run(channel, 'exec cat </dev/null', { data });
      const third = run(channel, 'echo here');
      expect((await first).rc).toBe(3);
      expect((await second).rc).toBe(0);
      expect((await third).stdout.toString()).toBe('here\n');
    });

    it.skipIf(reason)('gives a program no input where there is none', async () => {
      const { channel } = start(shell);
      expect((await run(channel, 'cat; echo done')).stdout.toString()).toBe('done\n');
    });

    it.skipIf(reason)('is not misled by output that looks like a mark', async () => {
      const { channel } = start(shell);
      const text = '\n0123456789abcdef0123456789abcdef 1 0\nhello 0\n\n\n';
      expect((await run(channel, 'cat', { data: Buffer.from(text) })).stdout.toString()).toBe(text);
    });

    it.skipIf(reason)('lets no part change the loop or the next part', async () => {
      const { channel } = start(shell);
      const first = run(
        channel,
        'cd /usr; x=1; export x; umask 0; trap "echo trapped" EXIT; set -e; false; echo no',
      );
      const second = run(channel, 'pwd; echo "${x-none}"; umask');
      expect((await first).stdout.toString()).toBe('trapped\n');
      const [place, x, mask] = (await second).stdout.toString().split('\n');
      expect([place, x]).toEqual([process.cwd(), 'none']);
      expect(mask).toBe(`0${process.umask().toString(8).padStart(3, '0')}`);
    });

    it.skipIf(reason)('survives a part with a syntax error inside eval, and long scripts', async () => {
      const { channel } = start(shell);
      const first = run(channel, "eval 'if ('");
      const long = run(channel, `: ${'x'.repeat(300_000)}\necho long`);
      expect((await first).rc).not.toBe(0);
      expect((await long).stdout.toString()).toBe('long\n');
    });

    it.skipIf(reason)('passes over what its condition excludes, with its data', async () => {
      const { channel } = start(shell);
      const data = Buffer.alloc(100_000, 'y');
      const answers = channel.send([
        { part: { body: 'exit 4', after: '[ "$fl_rc" = 0 ] || bad=1' } },
        { part: { body: 'echo never', when: '[ -z "$bad" ]' }, data },
        { part: { body: 'cat' }, data: Buffer.from('after') },
      ]);
      expect(await answers[0]).toMatchObject({ rc: 4 });
      expect(await answers[1]).toMatchObject({ skipped: true, stdout: Buffer.alloc(0) });
      expect((await answers[2]!).stdout.toString()).toBe('after');
    });

    it.skipIf(reason)('shows output while the program runs', async () => {
      const { channel } = start(shell);
      const seen: [string, string][] = [];
      let over = false;
      const answer = run(channel, 'echo first; echo aside >&2; sleep 1; echo second', {
        onOutput: (stream: string, bytes: Buffer) => seen.push([stream, bytes.toString()]),
      });
      answer.then(() => {
        over = true;
      });
      expect(await eventually(() => seen.length >= 2)).toBe(true);
      expect(over).toBe(false);
      expect(seen).toContainEqual(['stdout', 'first\n']);
      expect(seen).toContainEqual(['stderr', 'aside\n']);
      expect((await answer).stdout.toString()).toBe('first\nsecond\n');
    });

    it.skipIf(reason)('keeps the beginning and the end of a flood, and says what it left out', async () => {
      const { channel } = start(shell, {}, 1 << 20);
      const reply = await run(
        channel,
        'echo begin; dd if=/dev/zero bs=65536 count=512 2>/dev/null; echo end',
      );
      expect(reply.stdout.length).toBeLessThan((1 << 20) + 200_000);
      const text = reply.stdout.toString('latin1');
      expect(text.startsWith('begin\n')).toBe(true);
      expect(text.endsWith('end\n')).toBe(true);
      expect(text).toMatch(/\[\.\.\. \d+ bytes of output left out \.\.\.\]/);
      expect((await run(channel, 'echo next')).stdout.toString()).toBe('next\n');
    });

    it.skipIf(reason)('drops what a login script printed before the loop began', async () => {
      const connection = connectShell(shell);
      const noisy = {
        ...connection,
        exec: (command: string) => connection.exec(`echo Welcome; echo Beware >&2; ${command}`),
      };
      const counts = { frames: 0, roundTrips: 0, bytesOut: 0, bytesIn: 0 };
      const channel = openChannel(noisy, undefined, { startSeconds: 20, outputLimit: 1 << 20, counts });
      open.push({ connection, channel });
      const reply = await run(channel, 'echo clean');
      expect([reply.stdout.toString(), reply.stderr.toString()]).toEqual(['clean\n', '']);
    });

    it.skipIf(reason)('shows no secret, no nonce and no script in argv or the environment', async () => {
      const { channel, connection } = start(shell);
      const secret = new Secret('hunter2-hunter2');
      const look = run(
        channel,
        'cat >/dev/null; for f in /proc/[0-9]*/cmdline /proc/[0-9]*/environ; do tr "\\0" " " <"$f"; done',
        {
          data: Buffer.from(secret.reveal()),
        },
      );
      const seen = (await look).stdout.toString();
      expect(seen).toContain('flotte-');
      expect(seen).not.toContain('hunter2');
      expect(seen).not.toContain('fl_nonce');
      expect(connection.commands.join()).not.toMatch(/[\n!]/);
    });

    it.skipIf(reason)(
      'ends a part that takes too long, with all its processes, and a later one has a new channel',
      async () => {
        const { channel } = start(shell);
        const pids = join(folder, `limit-${shell}`);
        const body = `sleep 1000 & echo $! >>${pids}; timeout 900 sleep 901 & echo $! >>${pids}; sh -c 'trap "" TERM; echo $$ >>${pids}; while :; do sleep 1; done'`;
        const began = Date.now();
        await expect(run(channel, body, { seconds: 0.5 })).rejects.toThrow('took longer than 0.5 s');
        expect(Date.now() - began).toBeLessThan(5000);
        expect(channel.over).toBe(true);
        const started = readFileSync(pids, 'utf8').trim().split('\n').map(Number);
        expect(started).toHaveLength(3);
        expect(await eventually(() => !started.some(lives), 3)).toBe(true);
        await expect(run(channel, 'echo no')).rejects.toMatchObject({ why: 'unstarted' });
      },
    );

    it.skipIf(reason)('ends everything when it is aborted', async () => {
      const { channel } = start(shell);
      const pids = join(folder, `abort-${shell}`);
      const answer = run(channel, `echo $$ >${pids}; sleep 1000 & echo $! >>${pids}; wait`);
      answer.catch(() => undefined);
      expect(
        await eventually(() => existsSync(pids) && readFileSync(pids, 'utf8').split('\n').length === 3),
      ).toBe(true);
      await channel.abort();
      await expect(answer).rejects.toMatchObject({ why: 'aborted' });
      const started = readFileSync(pids, 'utf8').trim().split('\n').map(Number);
      expect(await eventually(() => !started.some(lives), 1)).toBe(true);
    });

    it.skipIf(reason)('ends everything when the connection is lost', async () => {
      const { channel, connection } = start(shell);
      const pids = join(folder, `lost-${shell}`);
      const answer = run(
        channel,
        `echo $$ >${pids}; sleep 1000 & echo $! >>${pids}; cat /dev/zero >/dev/null`,
      );
      answer.catch(() => undefined);
      expect(
        await eventually(() => existsSync(pids) && readFileSync(pids, 'utf8').split('\n').length === 3),
      ).toBe(true);
      connection.lose();
      await expect(answer).rejects.toThrow('lost the connection: the network is down');
      const started = readFileSync(pids, 'utf8').trim().split('\n').map(Number);
      expect(await eventually(() => !started.some(lives), 5)).toBe(true);
      expect(await eventually(() => !connection.children.some((child) => lives(child.pid!)), 5)).toBe(true);
    });

    it.skipIf(reason)(
      'leaves alone what was put in the background on purpose, when it ends in order',
      async () => {
        const { channel, connection } = start(shell);
        const reply = await run(channel, 'sleep 1000 >/dev/null 2>&1 </dev/null & echo $!');
        const pid = Number(reply.stdout.toString());
        try {
          await channel.close();
          await connection.close();
          expect(await eventually(() => !connection.children.some((child) => lives(child.pid!)), 3)).toBe(
            true,
          );
          await new Promise((resolve) => setTimeout(resolve, 500));
          expect(lives(pid)).toBe(true);
        } finally {
          process.kill(pid);
        }
      },
    );

    it.skipIf(reason)('leaves no process behind when it ends in order', async () => {
      const { channel, connection } = start(shell);
      await run(channel, 'echo $$');
      await channel.close();
      await connection.close();
      const session = connection.children[0]!.pid!;
      expect(await eventually(() => sessionOf(session).length === 0, 3)).toBe(true);
    });
  },
);

function sessionOf(session: number): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ');
      return /^\d+$/.test(pid) && fields[3] === String(session) && fields[0] !== 'Z';
    } catch {
      return false;
    }
  });
}

afterAll(() => rmSync(folder, { recursive: true, force: true }));
