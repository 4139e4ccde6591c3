import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Secret } from '../../../src/lib/secret.ts';
import type { Step } from '../../../src/module/step.ts';
import { openHost, type Perform, type RemoteHost, StepFailed } from '../../../src/remote/host.ts';
import { connectShell, eventually, lives, missing, shells, type TestConnection } from './localConnection.ts';

// Real processes on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 });

const root = process.getuid?.() === 0;
const bits = (path: string) => statSync(path).mode & 0o7777;

describe.each(shells.map((shell) => ({ shell, reason: missing(shell) })))(
  'steps on $shell',
  ({ shell, reason }) => {
    let folder: string;
    let connection: TestConnection;
    let host: RemoteHost;

    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'flotte-writer-'));
      connection = connectShell(shell);
      host = openHost(connection);
    });

    afterEach(async () => {
      await host.close();
      connection.cleanUp();
      rmSync(folder, { recursive: true, force: true });
    });

    const at = (name: string) => join(folder, name);
    const perform = (steps: Step[], how?: Perform) => host.perform(steps, how);

    async function failure(steps: Step[], how?: Perform): Promise<StepFailed> {
      const error = await perform(steps, how).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(StepFailed);
      return error as StepFailed;
    }

    describe.skipIf(reason)('put', () => {
      const strange = '\\n %s %% \'q\' "d" $HOME \\ \u00e4\u{1f600}\t\r\n\n  end\\';
      const odd = 'it\'s a $HOME `id` "name"\nwith -n';

      it('writes text, bytes, secrets and files of the control side to the byte, whatever the name', async () => {
        const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, i) => i % 256));
        writeFileSync(at('source'), bytes);
        const sha1 = createHash('sha1').update(bytes).digest('hex');
        await perform([
          { kind: 'put', path: at(odd), content: 'text äöü\n' },
          { kind: 'put', path: at('bytes'), content: bytes },
          { kind: 'put', path: at('secret'), content: new Secret('s3cret') },
          { kind: 'put', path: at('strange'), content: strange },
          { kind: 'put', path: at('longtext'), content: strange.repeat(3000) },
          { kind: 'put', path: at('nul'), content: 'a\0b' },
          { kind: 'put', path: at('file'), content: { file: at('source'), size: bytes.length, sha1 } },
          { kind: 'put', path: at('empty'), content: '' },
          { kind: 'put', path: at('n'.repeat(255)), content: 'long' },
        ]);
        expect(readFileSync(at(odd), 'utf8')).toBe('text äöü\n');
        expect(readFileSync(at('bytes')).equals(bytes)).toBe(true);
        expect(readFileSync(at('secret'), 'utf8')).toBe('s3cret');
        expect(readFileSync(at('strange'), 'utf8')).toBe(strange);
        expect(readFileSync(at('longtext'), 'utf8')).toBe(strange.repeat(3000));
        expect(readFileSync(at('nul'), 'utf8')).toBe('a\0b');
        expect(readFileSync(at('file')).equals(bytes)).toBe(true);
        expect(readFileSync(at('empty'), 'utf8')).toBe('');
        expect(readFileSync(at('n'.repeat(255)), 'utf8')).toBe('long');
        expect(readdirSync(folder).filter((name) => name.includes('flotte'))).toEqual([]);
      });

      it('gives a new file what the umask leaves, or the mode asked for', async () => {
        await perform([
          { kind: 'put', path: at('plain'), content: 'x' },
          { kind: 'put', path: at('exact'), content: 'x', attributes: { mode: 0o4755 } },
        ]);
        expect(bits(at('plain'))).toBe(0o666 & ~process.umask());
        expect(bits(at('exact'))).toBe(0o4755);
      });

      it('keeps the mode of the file that is there', async () => {
        writeFileSync(at('old'), 'old');
        chmodSync(at('old'), 0o2751);
        await perform([{ kind: 'put', path: at('old'), content: 'new' }]);
        expect(readFileSync(at('old'), 'utf8')).toBe('new');
        expect(bits(at('old'))).toBe(0o2751);
      });

      it.skipIf(!root)('keeps or sets owner and group, by name and by number', async () => {
        writeFileSync(at('kept'), 'old');
        chownSync(at('kept'), 1234, 2345);
        await perform([
          { kind: 'put', path: at('kept'), content: 'new' },
          {
            kind: 'put',
            path: at('named'),
            content: 'x',
            attributes: { owner: 'daemon', group: 'bin', mode: 0o640 },
          },
          { kind: 'put', path: at('group'), content: 'x', attributes: { group: '4321' } },
        ]);
        expect([statSync(at('kept')).uid, statSync(at('kept')).gid]).toEqual([1234, 2345]);
        expect([statSync(at('named')).uid, statSync(at('named')).gid]).toEqual([1, 2]);
        expect([statSync(at('group')).uid, statSync(at('group')).gid]).toEqual([0, 4321]);
        await perform([{ kind: 'put', path: at('kept'), content: 'again', attributes: { group: '99' } }]);
        expect([statSync(at('kept')).uid, statSync(at('kept')).gid]).toEqual([1234, 99]);
      });

      it('keeps a backup where it is asked to, with the name that Ansible gives it', async () => {
        writeFileSync(at('conf'), 'old');
        chmodSync(at('conf'), 0o600);
        const results = await perform([
          { kind: 'put', path: at('conf'), content: 'new', backup: true },
          { kind: 'put', path: at('fresh'), content: 'new', backup: true },
        ]);
        expect(results[0]!.backupFile).toMatch(/\/conf\.\d+\.\d{4}-\d\d-\d\d@\d\d:\d\d:\d\d~$/);
        expect(readFileSync(results[0]!.backupFile!, 'utf8')).toBe('old');
        expect(bits(results[0]!.backupFile!)).toBe(0o600);
        expect(results[1]).not.toHaveProperty('backupFile');
      });

      it('goes to its place only when the check has passed', async () => {
        writeFileSync(at('conf'), 'old');
        await perform([{ kind: 'put', path: at('conf'), content: 'good', validate: 'grep -q good %s' }]);
        expect(readFileSync(at('conf'), 'utf8')).toBe('good');
        const error = await failure([
          { kind: 'put', path: at('conf'), content: 'evil', validate: 'sh -c "echo bad; exit 3" %s' },
        ]);
        expect(error.message).toContain('validation failed with exit code 3');
        expect(error.message).toContain('bad');
        expect(readFileSync(at('conf'), 'utf8')).toBe('good');
        expect(readdirSync(folder)).toEqual(['conf']);
      });

      it('replaces a link itself, and refuses a directory', async () => {
        writeFileSync(at('target'), 'target');
        symlinkSync('target', at('link'));
        mkdirSync(at('dir'));
        symlinkSync('dir', at('dirlink'));
        await perform([{ kind: 'put', path: at('link'), content: 'own' }]);
        expect(lstatSync(at('link')).isFile()).toBe(true);
        expect(readFileSync(at('target'), 'utf8')).toBe('target');
        for (const name of ['dir', 'dirlink']) {
          const error = await failure([{ kind: 'put', path: at(name), content: 'x' }]);
          expect(error.message).toContain('is a directory');
        }
        expect(readdirSync(at('dir'))).toEqual([]);
      });

      it('says why it could not, and goes on with the next', async () => {
        const error = await failure([
          { kind: 'put', path: at('missing/file'), content: 'x'.repeat(200_000) },
          { kind: 'put', path: at('never'), content: 'y' },
        ]);
        expect(error.message).toMatch(/missing/);
        expect(error.results).toHaveLength(1);
        expect(existsSync(at('never'))).toBe(false);
        await perform([{ kind: 'put', path: at('later'), content: 'z' }]);
        expect(readFileSync(at('later'), 'utf8')).toBe('z');
      });

      it('leaves the old file when the connection ends in the middle', async () => {
        writeFileSync(at('conf'), 'old');
        const content = Buffer.alloc(40_000_000, 'n');
        const putting = perform([{ kind: 'put', path: at('conf'), content }]);
        putting.catch(() => undefined);
        expect(await eventually(() => readdirSync(folder).length === 2)).toBe(true);
        connection.lose();
        await expect(putting).rejects.toThrow('lost the connection');
        expect(await eventually(() => readdirSync(folder).length === 1)).toBe(true);
        expect(readFileSync(at('conf'), 'utf8')).toBe('old');
      });

      it('fails when the control file became shorter than it was, and leaves nothing', async () => {
        writeFileSync(at('source'), 'short');
        const content = { file: at('source'), size: 100_000, sha1: '' };
        await expect(perform([{ kind: 'put', path: at('conf'), content }])).rejects.toThrow('became shorter');
        expect(await eventually(() => readdirSync(folder).length === 1)).toBe(true);
        await perform([{ kind: 'put', path: at('next'), content: 'works' }]);
      });
    });

    describe.skipIf(reason)('other file steps', () => {
      it('make directories with exact modes, also below a setgid directory', async () => {
        mkdirSync(at('parent'));
        chmodSync(at('parent'), 0o2775);
        await perform([
          { kind: 'mkdir', path: at('plain') },
          { kind: 'mkdir', path: at('parent/exact'), attributes: { mode: 0o755 } },
          { kind: 'mkdir', path: at('parent/setgid'), attributes: { mode: 0o2711 } },
          { kind: 'mkdir', path: at('plain'), attributes: { mode: 0o700 } },
        ]);
        expect(bits(at('parent/exact'))).toBe(0o755);
        expect(bits(at('parent/setgid'))).toBe(0o2711);
        expect(bits(at('plain'))).toBe(0o700);
        expect((await failure([{ kind: 'mkdir', path: at('no/such') }])).message).toContain('no/such');
      });

      it('replace links, also of directories, in one rename', async () => {
        mkdirSync(at('one'));
        writeFileSync(at('two'), '2');
        symlinkSync('one', at('current'));
        await perform([
          { kind: 'link', path: at('current'), target: 'two', type: 'symbolic' },
          { kind: 'link', path: at('hard'), target: at('two'), type: 'hard' },
          { kind: 'link', path: at('hard'), target: at('two'), type: 'hard' },
        ]);
        expect(readlinkSync(at('current'))).toBe('two');
        expect(readdirSync(at('one'))).toEqual([]);
        expect(statSync(at('hard')).ino).toBe(statSync(at('two')).ino);
        expect(readdirSync(folder).filter((name) => name.includes('flotte'))).toEqual([]);
      });

      it('remove files, links without what they lead to, and whole directories', async () => {
        mkdirSync(at('tree/deep'), { recursive: true });
        writeFileSync(at('tree/deep/file'), '');
        symlinkSync('tree', at('link'));
        await perform([
          { kind: 'remove', path: at('link') },
          { kind: 'remove', path: at('absent') },
        ]);
        expect(readdirSync(folder)).toEqual(['tree']);
        await perform([{ kind: 'remove', path: at('tree') }]);
        expect(readdirSync(folder)).toEqual([]);
      });

      it('set attributes of a link itself, or of what it leads to', async () => {
        writeFileSync(at('file'), '');
        chmodSync(at('file'), 0o600);
        symlinkSync('file', at('link'));
        await perform([{ kind: 'attributes', path: at('link'), attributes: { mode: 0o644 } }]);
        expect(bits(at('file'))).toBe(0o600);
        await perform([{ kind: 'attributes', path: at('link'), attributes: { mode: 0o644 }, follow: true }]);
        expect(bits(at('file'))).toBe(0o644);
      });

      it('clear a setgid bit that is not asked for', async () => {
        mkdirSync(at('dir'));
        chmodSync(at('dir'), 0o2755);
        await perform([{ kind: 'attributes', path: at('dir'), attributes: { mode: 0o755 } }]);
        expect(bits(at('dir'))).toBe(0o755);
      });

      it.skipIf(!root)(
        'give a link an owner without touching its target, and setuid survives chown',
        async () => {
          writeFileSync(at('file'), '');
          symlinkSync('file', at('link'));
          await perform([
            { kind: 'attributes', path: at('link'), attributes: { owner: 'daemon' } },
            { kind: 'attributes', path: at('file'), attributes: { group: 'bin', mode: 0o6755 } },
          ]);
          expect([lstatSync(at('link')).uid, statSync(at('file')).uid]).toEqual([1, 0]);
          expect([statSync(at('file')).gid, bits(at('file'))]).toEqual([2, 0o6755]);
          expect(
            (await failure([{ kind: 'attributes', path: at('file'), attributes: { owner: 'nobody-here' } }]))
              .message,
          ).toMatch(/nobody-here/);
        },
      );

      it('touch, with times or without', async () => {
        await perform([
          { kind: 'touch', path: at('new'), attributes: { mode: 0o600 } },
          { kind: 'touch', path: at('timed'), atime: 1_000_000_000, mtime: 1_234_567_890 },
        ]);
        expect(bits(at('new'))).toBe(0o600);
        expect(Math.abs(statSync(at('new')).mtimeMs - Date.now())).toBeLessThan(60_000);
        expect(statSync(at('timed')).mtimeMs).toBe(1_234_567_890_000);
        await perform([{ kind: 'touch', path: at('timed'), atime: 1_000_000_000 }]);
        expect(Math.abs(statSync(at('timed')).mtimeMs - Date.now())).toBeLessThan(60_000);
      });

      it('rename and copy', async () => {
        writeFileSync(at('a'), 'content');
        chmodSync(at('a'), 0o640);
        mkdirSync(at('dir'));
        await perform([
          { kind: 'copy', from: at('a'), to: at('b'), attributes: { mode: 0o600 } },
          { kind: 'rename', from: at('a'), to: at('c') },
          { kind: 'rename', from: at('dir'), to: at('moved') },
        ]);
        expect(readFileSync(at('b'), 'utf8')).toBe('content');
        expect(bits(at('b'))).toBe(0o600);
        expect([existsSync(at('a')), bits(at('c')), existsSync(at('moved'))]).toEqual([false, 0o640, true]);
        expect((await failure([{ kind: 'rename', from: at('b'), to: at('moved') }])).message).toMatch(
          /moved/,
        );
      });
    });

    describe.skipIf(reason)('run', () => {
      it('passes arguments, environment, place and input as they are', async () => {
        const args = ['', "it's", '$HOME', 'a b', '*', '-n', 'ä\n'];
        const results = await perform(
          [
            { kind: 'run', argv: ['/usr/bin/printf', '<%s>', ...args] },
            {
              kind: 'run',
              argv: ['sh', '-c', 'pwd; cat; echo "$A|$B|$C"'],
              cwd: folder,
              stdin: 'in\n',
              env: { A: "a'b", B: 'own' },
            },
            { kind: 'run', argv: ['cat'] },
          ],
          { environment: { B: 'given', C: 'ä $x' } },
        );
        expect(results[0]!.stdout).toBe(args.map((arg) => `<${arg}>`).join(''));
        expect(results[1]!.stdout).toBe(`${folder}\nin\na'b|own|ä $x\n`);
        expect(results[2]!.stdout).toBe('');
      });

      it('gives a script its own shell, its input, and the text to nobody else', async () => {
        const results = await perform([
          {
            kind: 'run',
            script: 'read -r x; echo "got $x" \'quoted\'\ncat /proc/$$/cmdline\n# end',
            stdin: 'line\n',
          },
          {
            kind: 'run',
            script: `: ${'y'.repeat(200_000)}\n[ ! -e /proc/$$/fd/3 ] || echo open; exit 5`,
            ok: [5],
          },
        ]);
        expect(results[0]!.stdout).toMatch(/^got line quoted\nsh\0/);
        expect(results[0]!.stdout).not.toContain('echo');
        expect(results[1]!.stdout).toBe('');
      });

      it.skipIf(missing('bash'))('runs a script by the shell it names', async () => {
        const results = await perform([
          { kind: 'run', shell: '/bin/bash', script: 'a=(1 2 3); echo "${#a[@]} $BASH_VERSION"' },
        ]);
        expect(results[0]!.stdout).toMatch(/^3 \d/);
      });

      it('stops the chain at a failure, unless the code is allowed', async () => {
        const results = await perform([
          { kind: 'run', argv: ['sh', '-c', 'exit 3'], ok: [0, 3] },
          { kind: 'run', argv: ['false'], ok: 'any' },
          { kind: 'run', argv: ['true'] },
        ]);
        expect(results.map(({ rc }) => rc)).toEqual([3, 1, 0]);
        const error = await failure([
          { kind: 'run', argv: ['sh', '-c', 'echo one; echo two >&2; exit 9'] },
          { kind: 'put', path: at('never'), content: 'x'.repeat(100_000) },
        ]);
        expect(error.message).toBe('sh ended with exit code 9: two');
        expect(error.results[0]).toMatchObject({ rc: 9, stdout: 'one\n', stderr: 'two\n' });
        expect(existsSync(at('never'))).toBe(false);
        expect((await failure([{ kind: 'run', argv: ['no-such-program'] }])).results[0]!.rc).toBe(127);
      });

      it('shows output as text while it runs', async () => {
        const seen: string[] = [];
        await perform([{ kind: 'run', argv: ['printf', 'ä%.0s', '1', '2'], stream: true }], {
          onOutput: (stream, text, step) => seen.push(`${step.kind} ${stream} ${text}`),
        });
        expect(seen.join('')).toBe('run stdout ää');
      });

      it('has its own time limit, and the host goes on afterwards', async () => {
        const error = await failure([{ kind: 'run', argv: ['sleep', '1000'], seconds: 0.3 }]);
        expect(error).toMatchObject({ why: 'limit', message: 'took longer than 0.3 s' });
        expect(await host.reads().ping({ data: 'there' })).toBe('there');
      });

      it('ends when the run is ended, and reads of others are asked anew', async () => {
        const control = new AbortController();
        const pidFile = at('pid');
        const running = perform([{ kind: 'run', script: `echo $$ >${pidFile}; exec sleep 1000` }], {
          signal: control.signal,
        });
        running.catch(() => undefined);
        const other = host.reads().stat({ path: folder });
        expect(await eventually(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8') !== '')).toBe(
          true,
        );
        control.abort();
        await expect(running).rejects.toMatchObject({ why: 'aborted' });
        expect(await eventually(() => !lives(Number(readFileSync(pidFile, 'utf8'))), 1)).toBe(true);
        expect(await other).toMatchObject({ type: 'directory' });
      });

      it('lets what stays in the background write into no later answer', async () => {
        const results = await perform([
          { kind: 'run', script: '(sleep 0.3; echo late; echo LATE >&2) & sleep 100 & echo $!' },
          { kind: 'run', argv: ['sh', '-c', 'sleep 0.6; echo mine'] },
        ]);
        const pid = Number(results[0]!.stdout);
        try {
          expect(results[1]).toMatchObject({ stdout: 'mine\n', stderr: '' });
          expect(connection.commands).toHaveLength(2);
          expect(lives(pid)).toBe(true);
          expect(await host.reads().ping({ data: 'x' })).toBe('x');
        } finally {
          if (lives(pid)) process.kill(pid);
        }
      });
    });
  },
);

it('knows of no environment variable that a shell could not hold', async () => {
  const connection = connectShell('dash');
  const host = openHost(connection);
  const broken = host.perform([{ kind: 'run', argv: ['true'], env: { 'a b; id': 'x' } }]);
  await expect(broken).rejects.toThrow("'a b; id' cannot be the name of an environment variable");
  await host.close();
  connection.cleanUp();
  expect(execFileSync('true')).toBeDefined();
});
