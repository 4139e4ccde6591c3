import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '../../../src/lib/secret.ts';
import type { TransportOptions } from '../../../src/transport/index.ts';
import { failure, onPort, run, type Workbench, workbench } from './bench.ts';
import { makeKey, noSshd, type Sshd, startAgent } from './sshd.ts';

const PASSPHRASE = 'correct horse';

let bench: Workbench;
let sshd: Sshd;
const keys: Record<string, string> = {};
const agents: { stop(): void }[] = [];

/** Keys in all the formats that people have; each of them may log in. */
function makeKeys(): string[] {
  const path = (name: string) => join(bench.folder, `key_${name}`);
  keys.ecdsa = makeKey(path('ecdsa'), 'ecdsa');
  keys.rsa = makeKey(path('rsa'), 'rsa');
  keys.pem = makeKey(path('pem'), 'rsa', '', '-m', 'PEM');
  keys.pkcs8 = makeKey(path('pkcs8'), 'rsa', '', '-m', 'PKCS8');
  keys.ecPkcs8 = makeKey(path('ec_pkcs8'), 'ecdsa', '', '-m', 'PKCS8');
  keys.locked = makeKey(path('locked'), 'ed25519', PASSPHRASE);
  keys.lockedPem = makeKey(path('locked_pem'), 'rsa', PASSPHRASE, '-m', 'PEM');
  keys.lockedPkcs8 = makeKey(path('locked_pkcs8'), 'rsa', PASSPHRASE, '-m', 'PKCS8');
  const allowed = Object.values(keys);
  keys.stranger = makeKey(path('stranger'));
  return allowed;
}

beforeAll(async () => {
  if (noSshd) return;
  bench = workbench();
  sshd = await bench.sshd({ authorized: makeKeys() });
  bench.known([bench.line(sshd.port)]);
  // No default key: each test says what it has.
  rmSync(bench.userKey);
  rmSync(`${bench.userKey}.pub`);
});

afterAll(async () => {
  for (const agent of agents) agent.stop();
  await bench?.end();
});

function agentWith(...names: string[]): TransportOptions {
  const folder = execFileSync('mktemp', ['-d', join(bench.folder, 'agent-XXXX')], {
    encoding: 'utf8',
  }).trim();
  const agent = startAgent(
    folder,
    names.map((name) => keys[name] as string),
  );
  agents.push(agent);
  return { env: { SSH_AUTH_SOCK: agent.socket } };
}

async function letsIn(options: TransportOptions, more = {}) {
  const connection = await bench.transport(options).connect(onPort(sshd.port, more));
  await connection.close();
}

function keepsOut(options: TransportOptions, more = {}) {
  return failure(bench.transport(options).connect(onPort(sshd.port, more)));
}

function answering(...answers: (string | undefined)[]) {
  const prompts: string[] = [];
  const ask = async (prompt: string) => {
    prompts.push(prompt);
    const answer = answers.shift();
    return answer === undefined ? undefined : new Secret(answer);
  };
  return { ask, prompts };
}

const me = userInfo().username;

describe.skipIf(noSshd)(`a key file${noSshd ? `: skipped, ${noSshd}` : ''}`, () => {
  it.each(['ecdsa', 'rsa', 'pem', 'pkcs8', 'ecPkcs8'])('in the format %s lets in', async (name) => {
    await letsIn({}, { privateKeyFile: keys[name] });
  });

  it('under its default name lets in, and named by ssh_config', async () => {
    const path = join(bench.home, '.ssh/id_rsa');
    copyFileSync(keys.rsa as string, path);
    await letsIn({});
    rmSync(path);
    await letsIn({}, { sshCommonArgs: `-o IdentityFile=${keys.ecdsa}` });
    await letsIn({}, { sshCommonArgs: `-i ${keys.ecdsa}` });
  });

  it('that the host does not know is told, with all that was tried', async () => {
    const error = await keepsOut({}, { privateKeyFile: keys.stranger, sshExtraArgs: '-i /no/such/key' });
    expect(error.message).toBe(
      `127.0.0.1 (port ${sshd.port}) does not let user ${me} in. Tried: key ${keys.stranger}. ` +
        'Not tried: /no/such/key does not exist. The server takes: publickey.',
    );
    expect(error.hint).toContain(`~${me}/.ssh/authorized_keys`);
  });

  it('that is missing, broken, or open to others is an error before anything is sent', async () => {
    const open = join(bench.folder, 'open');
    copyFileSync(keys.rsa as string, open);
    chmodSync(open, 0o644);
    const cases: [string, string, string][] = [
      ['/no/such/key', 'does not exist', '--private-key'],
      ['/etc/passwd', 'is not a key that can be used', 'ssh-keygen -p'],
      [bench.folder, 'cannot be read (EISDIR)', '--private-key'],
      [open, 'can be read or written by others (mode 0644)', `chmod 600 ${open}`],
      [`${keys.rsa}.pub`, 'holds only a public key', '--private-key'],
    ];
    for (const [privateKeyFile, message, hint] of cases) {
      const target = onPort(1, { privateKeyFile });
      const error = await bench.transport().check(target);
      expect(error?.message).toContain(`the private key ${privateKeyFile} ${message}`);
      expect(error?.hint).toContain(hint);
      expect(await failure(bench.transport().connect(target))).toMatchObject({ message: error?.message });
    }
    expect(await bench.transport().check(onPort(1, { privateKeyFile: keys.rsa }))).toBeUndefined();
  });

  it('with a certificate beside it is told where it fails', async () => {
    writeFileSync(`${keys.stranger}-cert.pub`, '');
    const { message } = await keepsOut({}, { privateKeyFile: keys.stranger });
    expect(message).toContain(
      `${keys.stranger}-cert.pub is a certificate, for which ansible_connection=openssh is needed`,
    );
    rmSync(`${keys.stranger}-cert.pub`);
  });

  it('is not there at all', async () => {
    const error = await keepsOut({});
    expect(error.message).toContain('Tried: no key and no password. The server takes: publickey.');
  });
});

describe.skipIf(noSshd)('an encrypted key', () => {
  it.each(['locked', 'lockedPem', 'lockedPkcs8'])('in the format %s is asked for', async (name) => {
    const { ask, prompts } = answering(PASSPHRASE);
    await letsIn({ ask }, { privateKeyFile: keys[name] });
    expect(prompts).toEqual([`Passphrase for ${keys[name]}: `]);
  });

  it('is asked for once, for all the hosts of a run', async () => {
    const { ask, prompts } = answering(PASSPHRASE);
    const transport = bench.transport({ ask });
    const target = onPort(sshd.port, { privateKeyFile: keys.locked });
    expect(await transport.check(target)).toBeUndefined();
    const connections = await Promise.all([1, 2, 3].map(() => transport.connect(target)));
    await Promise.all(connections.map((connection) => connection.close()));
    expect(prompts).toHaveLength(1);
  });

  it('is asked for three times at most', async () => {
    const { ask, prompts } = answering('wrong', PASSPHRASE);
    await letsIn({ ask }, { privateKeyFile: keys.locked });
    expect(prompts[1]).toBe(`Wrong passphrase. Passphrase for ${keys.locked}: `);
    const never = answering('a', 'b', 'c', PASSPHRASE);
    const error = await keepsOut({ ask: never.ask }, { privateKeyFile: keys.locked });
    expect(error.message).toBe(`the private key ${keys.locked} is encrypted and 3 passphrases were wrong`);
    expect(error.hint).toContain(`ssh-add ${keys.locked}`);
  });

  it('is an error where nobody can be asked', async () => {
    const error = await keepsOut({}, { privateKeyFile: keys.locked });
    expect(error.message).toBe(`the private key ${keys.locked} is encrypted and no passphrase was given`);
  });

  it('that the agent holds is not asked for', async () => {
    const { ask, prompts } = answering(PASSPHRASE);
    const path = join(bench.home, '.ssh/id_ed25519');
    copyFileSync(keys.locked as string, path);
    const folder = execFileSync('mktemp', ['-d', join(bench.folder, 'agent-XXXX')], {
      encoding: 'utf8',
    }).trim();
    const opened = join(folder, 'opened');
    copyFileSync(path, opened);
    execFileSync('ssh-keygen', ['-q', '-p', '-P', PASSPHRASE, '-N', '', '-f', opened], { stdio: 'ignore' });
    const agent = startAgent(folder, [opened]);
    agents.push(agent);
    await letsIn({ ask, env: { SSH_AUTH_SOCK: agent.socket } }, { privateKeyFile: path });
    expect(prompts).toEqual([]);
    // Under its default name it may have nothing to do with this host: it is told, not asked for.
    const error = await keepsOut({ ask });
    expect(error.message).toContain(`Not tried: ${path} is encrypted and not in the agent.`);
    expect(prompts).toEqual([]);
    rmSync(path);
  });
});

describe.skipIf(noSshd)('an agent', () => {
  it('lets in with any of its keys', async () => {
    await letsIn(agentWith('stranger', 'ecdsa'));
    await letsIn(agentWith('stranger', 'rsa'));
    await letsIn(agentWith('ecdsa'), { sshCommonArgs: '-o IdentityAgent=SSH_AUTH_SOCK' });
  });

  it('is forwarded to programs where ForwardAgent says so and the host allows it', async () => {
    const list = async (port: number, args: string) => {
      const transport = bench.transport(agentWith('ecdsa', 'rsa'));
      const connection = await transport.connect(onPort(port, { sshCommonArgs: args }));
      const { out } = await run(connection, 'ssh-add -l; true');
      await connection.close();
      return out.split('\n').filter((line) => line.includes('SHA256')).length;
    };
    expect(await list(sshd.port, '')).toBe(0);
    expect(await list(sshd.port, '-A')).toBe(2);
    const strict = await bench.sshd({
      authorized: [keys.rsa as string],
      config: ['AllowAgentForwarding no'],
    });
    bench.known([bench.line(sshd.port), bench.line(strict.port)]);
    expect(await list(strict.port, '-A')).toBe(0);
  });

  it('is left alone by IdentityAgent none', async () => {
    const error = await keepsOut(agentWith('ecdsa'), { sshCommonArgs: '-o IdentityAgent=none' });
    expect(error.message).toContain('Tried: no key and no password.');
  });

  it('with IdentitiesOnly offers the named key alone, also by its public part', async () => {
    const options = agentWith('rsa', 'ecdsa', 'stranger');
    const error = await keepsOut(options, { sshCommonArgs: `-o IdentitiesOnly=yes -i ${keys.stranger}` });
    expect(error.message).toContain("Tried: the agent's key test ed25519.");
    await letsIn(options, { sshCommonArgs: `-o IdentitiesOnly=yes -i ${keys.ecdsa}.pub` });
  });

  it('that does not answer is told and passed over', async () => {
    const env = { SSH_AUTH_SOCK: '/no/such/agent' };
    await letsIn({ env }, { privateKeyFile: keys.rsa });
    const error = await keepsOut({ env });
    expect(error.message).toContain('Not tried: the agent at /no/such/agent does not answer.');
  });

  it('with more keys than the server has patience for gets a hint', async () => {
    const strict = await bench.sshd({ authorized: [keys.rsa as string], config: ['MaxAuthTries 2'] });
    bench.known([bench.line(sshd.port), bench.line(strict.port)]);
    const options = agentWith('ecdsa', 'pem', 'pkcs8', 'rsa');
    const error = await failure(bench.transport(options).connect(onPort(strict.port)));
    expect(error.message).toContain(`does not let user ${me} in`);
    expect(error.hint).toContain('Too many keys were offered');
    // A named key comes first, so that it is not lost among the others.
    await (await bench.transport(options).connect(onPort(strict.port, { privateKeyFile: keys.rsa }))).close();
  });
});

describe.skipIf(noSshd)('what is not network', () => {
  it('is not tried again', async () => {
    const start = Date.now();
    await keepsOut({}, { privateKeyFile: keys.stranger, retries: 5 });
    expect(Date.now() - start).toBeLessThan(1000);
  });
});

it.skipIf(noSshd)('two keys in a row satisfy a server that wants two', async () => {
  const strict = await bench.sshd({
    authorized: [keys.rsa as string, keys.ecdsa as string],
    config: ['AuthenticationMethods publickey,publickey'],
  });
  bench.known([bench.line(sshd.port), bench.line(strict.port)]);
  const target = onPort(strict.port, { privateKeyFile: keys.rsa, sshCommonArgs: `-i ${keys.ecdsa}` });
  await (await bench.transport().connect(target)).close();
  const error = await failure(bench.transport().connect(onPort(strict.port, { privateKeyFile: keys.rsa })));
  expect(error.message).toContain('does not let user');
});
