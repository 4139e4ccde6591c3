import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fingerprint } from '../../../src/transport/knownHosts.ts';
import { failure, onPort, run, type Workbench, workbench } from './bench.ts';
import { blobOf, makeKey, noSshd, publicLine, type Sshd } from './sshd.ts';

let bench: Workbench;
let sshd: Sshd;
let other: string;
let rsa: string;
let both: Sshd;

beforeAll(async () => {
  if (noSshd) return;
  bench = workbench();
  other = makeKey(join(bench.folder, 'other'));
  rsa = makeKey(join(bench.folder, 'host_rsa'), 'rsa');
  sshd = await bench.sshd();
  both = await bench.sshd({ hostKeys: [bench.hostKey, rsa] });
});

beforeEach(() => {
  if (!noSshd) bench.known([]);
});

afterAll(() => bench?.end());

const LENIENT = [
  '-o StrictHostKeyChecking=accept-new',
  '-o StrictHostKeyChecking=no',
  '-o StrictHostKeyChecking=ask',
];

async function connects(port: number, sshCommonArgs = '', more = {}) {
  const connection = await bench.transport().connect(onPort(port, { sshCommonArgs, ...more }));
  expect(await run(connection, 'echo in')).toMatchObject({ out: 'in\n', code: 0 });
  await connection.close();
}

function refused(port: number, sshCommonArgs = '', more = {}) {
  return failure(bench.transport().connect(onPort(port, { sshCommonArgs, ...more })));
}

describe.skipIf(noSshd)(`the key of a real sshd${noSshd ? `: skipped, ${noSshd}` : ''}`, () => {
  it('that is not known is refused, with its fingerprint', async () => {
    const error = await refused(sshd.port);
    expect(error.message).toBe(
      `the host key of 127.0.0.1 (port ${sshd.port}) is not known: ssh-ed25519 ${fingerprint(blobOf(bench.hostKey))}`,
    );
    expect(error.hint).toContain(`ssh-keyscan -p ${sshd.port} 127.0.0.1 >> ${bench.home}/.ssh/known_hosts`);
    expect(bench.knownText()).toBe('');
    expect((await refused(sshd.port, '-o StrictHostKeyChecking=yes')).message).toContain('is not known');
  });

  it('that has changed is refused whatever the settings, and nobody logs in', async () => {
    const file = bench.known(['# first line', bench.line(sshd.port, other)]);
    for (const setting of ['', ...LENIENT]) {
      const error = await refused(sshd.port, setting, { hostKeyChecking: false });
      expect(error.message).toContain(`the host key of 127.0.0.1 (port ${sshd.port}) has changed`);
      expect(error.message).toContain(`it shows ssh-ed25519 ${fingerprint(blobOf(bench.hostKey))}`);
      expect(error.message).toContain(`${file}:2 expects ${fingerprint(blobOf(other))}`);
      expect(error.hint).toContain(`ssh-keygen -R '[127.0.0.1]:${sshd.port}' -f ${file}`);
    }
    const error = await failure(
      bench.transport({ env: { ANSIBLE_HOST_KEY_CHECKING: 'false' } }).connect(onPort(sshd.port)),
    );
    expect(error.message).toContain('has changed');
  });

  it('that is revoked is refused whatever the settings', async () => {
    const file = bench.known([bench.line(sshd.port), `@revoked * ${publicLine(bench.hostKey)}`]);
    for (const setting of ['', ...LENIENT]) {
      const error = await refused(sshd.port, setting, { hostKeyChecking: false });
      expect(error.message).toContain(`shows a host key that is revoked`);
      expect(error.message).toContain(`(${file}:2)`);
    }
  });

  it('is found under a hashed name, a pattern, a HostKeyAlias, and in any of several files', async () => {
    const file = bench.known([bench.line(sshd.port)]);
    execFileSync('ssh-keygen', ['-q', '-H', '-f', file], { stdio: 'ignore' });
    expect(bench.knownText()).not.toContain('127.0.0.1');
    await connects(sshd.port);
    bench.known([`[127.0.*]:${sshd.port} ${publicLine(bench.hostKey)}`]);
    await connects(sshd.port);
    bench.known([`cluster ${publicLine(bench.hostKey)}`]);
    await connects(sshd.port, '-o HostKeyAlias=cluster');
    const second = bench.known([bench.line(sshd.port)], 'known_hosts_of_mine');
    bench.known([]);
    await connects(sshd.port, `-o 'UserKnownHostsFile ${bench.home}/.ssh/none ${second}'`);
    await connects(sshd.port, `-o 'GlobalKnownHostsFile ${second}'`);
  });

  it('that was never seen is accepted and kept with accept-new, once', async () => {
    await connects(sshd.port, '-o StrictHostKeyChecking=accept-new');
    expect(bench.knownText()).toBe(`${bench.line(sshd.port)}\n`);
    await connects(sshd.port, '-o StrictHostKeyChecking=accept-new');
    expect(bench.knownText()).toBe(`${bench.line(sshd.port)}\n`);
    await connects(sshd.port);
  });

  it('that several connections see at once for the first time is kept once', async () => {
    const transport = bench.transport();
    const target = onPort(sshd.port, { sshCommonArgs: '-o StrictHostKeyChecking=accept-new' });
    const connections = await Promise.all([1, 2, 3].map(() => transport.connect(target)));
    await Promise.all(connections.map((connection) => connection.close()));
    expect(bench.knownText()).toBe(`${bench.line(sshd.port)}\n`);
  });

  it('that was never seen is accepted and not kept where host_key_checking is off', async () => {
    await connects(sshd.port, '', { hostKeyChecking: false });
    const transport = bench.transport({ env: { ANSIBLE_HOST_KEY_CHECKING: 'False' } });
    await (await transport.connect(onPort(sshd.port))).close();
    expect(bench.knownText()).toBe('');
  });

  it('of the type that is known is asked for, though the host has others', async () => {
    bench.known([bench.line(both.port, rsa)]);
    await connects(both.port);
    const file = bench.known([bench.line(both.port, rsa)]);
    execFileSync('ssh-keygen', ['-q', '-H', '-f', file], { stdio: 'ignore' });
    await connects(both.port);
  });

  it('of another type than the known one is not simply new', async () => {
    bench.known([bench.line(sshd.port, rsa)]);
    for (const setting of ['', '-o StrictHostKeyChecking=accept-new']) {
      const error = await refused(sshd.port, setting);
      expect(error.message).toContain('is not known, though keys of another type are (ssh-rsa)');
    }
    await connects(sshd.port, '', { hostKeyChecking: false });
  });

  it('under a certificate authority is refused with the word that this cannot be verified', async () => {
    const file = bench.known([`@cert-authority * ${publicLine(other)}`]);
    const { message } = await refused(sshd.port);
    expect(message).toContain(
      `${file}:1 trusts a certificate authority, which the built-in ssh cannot verify`,
    );
  });
});

describe.skipIf(noSshd)('keys gathered before a run', () => {
  it('are those of hosts that are not listed, each once, and can then be accepted', async () => {
    bench.known([bench.line(both.port, other)]);
    const transport = bench.transport();
    const targets = [onPort(sshd.port), onPort(sshd.port, { user: 'x' }), onPort(both.port), onPort(1)];
    const found = await transport.scanHostKeys(targets);
    expect(found).toMatchObject([
      {
        description: `127.0.0.1 (port ${sshd.port})`,
        type: 'ssh-ed25519',
        fingerprint: fingerprint(blobOf(bench.hostKey)),
      },
    ]);
    await transport.acceptHostKeys(found);
    expect(bench.knownText()).toBe(`${bench.line(both.port, other)}\n${bench.line(sshd.port)}\n`);
    expect(await transport.scanHostKeys(targets)).toEqual([]);
    await (await transport.connect(onPort(sshd.port))).close();
  });

  it('are written hashed where HashKnownHosts says so', async () => {
    const transport = bench.transport();
    const target = onPort(sshd.port, { sshCommonArgs: '-o HashKnownHosts=yes' });
    await transport.acceptHostKeys(await transport.scanHostKeys([target]));
    expect(bench.knownText()).toMatch(/^\|1\|[^|]+\|\S+ ssh-ed25519 \S+\n$/);
    await connects(sshd.port);
  });

  it('hold for this run alone where no file keeps them', async () => {
    const target = onPort(sshd.port, { sshCommonArgs: '-o UserKnownHostsFile=/dev/null' });
    const transport = bench.transport();
    await transport.acceptHostKeys(await transport.scanHostKeys([target]));
    expect(await transport.scanHostKeys([target])).toEqual([]);
    await (await transport.connect(target)).close();
    expect(await bench.transport().scanHostKeys([target])).toHaveLength(1);
  });

  it('leave out hosts whose settings already decide', async () => {
    const targets = ['yes', 'no', 'accept-new'].map((setting) =>
      onPort(sshd.port, { sshCommonArgs: `-o StrictHostKeyChecking=${setting}` }),
    );
    expect(await bench.transport().scanHostKeys(targets)).toEqual([]);
  });
});

it.skipIf(noSshd)('a known_hosts file that cannot be written is an error, not a silent risk', async () => {
  const target = onPort(sshd.port, {
    sshCommonArgs: '-o StrictHostKeyChecking=accept-new -o UserKnownHostsFile=/proc/version/known_hosts',
  });
  const error = await failure(bench.transport().connect(target));
  expect(error.message).toContain('/proc/version/known_hosts cannot be written');
  expect(readFileSync('/proc/version', 'utf8')).toContain('Linux');
});
