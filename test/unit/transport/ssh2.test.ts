import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Connection } from '../../../src/remote/connection.ts';
import { createTransport, type Target } from '../../../src/transport/index.ts';
import { makeKey, noSshd, publicLine, type Sshd, startSshd } from './sshd.ts';

let folder: string;
let home: string;
let userKey: string;
let hostKey: string;
let sshd: Sshd;

beforeAll(async () => {
  if (noSshd) return;
  folder = mkdtempSync(join(tmpdir(), 'flotte-ssh2-'));
  home = join(folder, 'home');
  mkdirSync(join(home, '.ssh'), { recursive: true, mode: 0o700 });
  userKey = makeKey(join(home, '.ssh/id_ed25519'));
  hostKey = makeKey(join(folder, 'host_ed25519'));
  sshd = await startSshd({ hostKeys: [hostKey], authorized: [userKey] });
  writeFileSync(join(home, '.ssh/known_hosts'), `[127.0.0.1]:${sshd.port} ${publicLine(hostKey)}\n`);
});

afterAll(async () => {
  await sshd?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

function target(more: Partial<Target> = {}): Target {
  return { transport: 'ssh2', host: '127.0.0.1', port: sshd.port, ...more };
}

function transport(more: Partial<Parameters<typeof createTransport>[0]> = {}) {
  return createTransport({ env: {}, home, ...more });
}

async function run(connection: Connection, command: string) {
  const channel = await connection.exec(command);
  channel.stdin.end();
  const [out, err, closed] = await Promise.all([text(channel.stdout), text(channel.stderr), channel.closed]);
  return { out, err, ...closed };
}

describe.skipIf(noSshd)(`over a real sshd${noSshd ? `: skipped, ${noSshd}` : ''}`, () => {
  it('runs a program and tells its outputs apart', async () => {
    const connection = await transport().connect(target());
    expect(await run(connection, 'echo out; echo err >&2; exit 3')).toEqual({
      out: 'out\n',
      err: 'err\n',
      code: 3,
    });
    await connection.close();
    expect(await connection.gone).toBeUndefined();
  });
});
