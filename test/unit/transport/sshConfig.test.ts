import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, hostname, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { algorithmsFor } from '../../../src/transport/algorithms.ts';
import { createConfigs } from '../../../src/transport/configs.ts';
import type { HostConfig } from '../../../src/transport/sshConfig.ts';
import type { Target } from '../../../src/transport/target.ts';

let folder: string;
let file: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'flotte-config-'));
  file = join(folder, 'config');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function configs(env: Record<string, string> = {}) {
  return createConfigs({
    name: userInfo().username,
    uid: userInfo().uid,
    home: homedir(),
    hostName: hostname(),
    env,
  });
}

function resolve(
  config: string,
  target: string | Partial<Target>,
  env?: Record<string, string>,
): Promise<HostConfig> {
  writeFileSync(file, config);
  const more = typeof target === 'string' ? { host: target } : target;
  return configs(env).resolve({ transport: 'ssh2', host: 'web1', sshConfigFile: file, ...more });
}

const CONFIG = `
# before any Host: for all
ServerAliveInterval 7
Host web1 web2
  HostName %h.example.org
  User deploy
  Port 2222
  IdentityFile ~/.ssh/id_%r_%n
  ProxyJump gate
Host web* !web2
  User never
  IdentityFile "~/.ssh/with space"
  HostKeyAlias cluster-web
Host db
  Hostname=db.internal
  ProxyCommand nc -X "a b" %h %p # tail
  UserKnownHostsFile ~/.ssh/one ~/.ssh/two
  StrictHostKeyChecking accept-new
  ServerAliveCountMax 9
Host ?x
  ConnectTimeout 4
  ConnectionAttempts 5
Match originalhost m1 user root
  Port 1001
Match host *.example.org
  IdentitiesOnly yes
Match user deploy !host *.example.org
  Port 1002
Match final host *.example.org
  ConnectTimeout 3
Match all
  GlobalKnownHostsFile /etc/a /etc/b
  AddressFamily inet
  ForwardAgent yes
Host *
  Port 22
  User last
  HashKnownHosts yes
`;

const noSsh = ['/usr/bin/ssh', '/usr/local/bin/ssh'].some(existsSync) ? undefined : 'there is no ssh program';

describe.skipIf(noSsh)(`as ssh -G says${noSsh ? `: skipped, ${noSsh}` : ''}`, () => {
  function ofSsh(host: string, more: string[] = []): Map<string, string[]> {
    writeFileSync(file, CONFIG);
    const printed = execFileSync('ssh', ['-G', '-T', '-F', file, ...more, host], { encoding: 'utf8' });
    const values = new Map<string, string[]>();
    for (const line of printed.trim().split('\n')) {
      const [keyword = '', ...rest] = line.split(' ');
      values.set(keyword, [...(values.get(keyword) ?? []), rest.join(' ')]);
    }
    return values;
  }

  // -G prints these as they were written.
  const expand = (path: string) => path.replace(/^~/, homedir());

  async function expectSame(host: string, sshArgs: string[] = []) {
    const ssh = ofSsh(host, sshArgs);
    const ours = await resolve(CONFIG, { host, sshCommonArgs: sshArgs.map((word) => `'${word}'`).join(' ') });
    const one = (keyword: string) => ssh.get(keyword)?.[0];
    expect(ours.hostName).toBe(one('hostname'));
    expect(ours.user).toBe(one('user'));
    expect(String(ours.port)).toBe(one('port'));
    expect(ours.identitiesOnly).toBe(one('identitiesonly') === 'yes');
    expect(ours.proxyJump.join(',')).toBe(one('proxyjump') ?? '');
    expect(ours.hostKeyAlias).toBe(one('hostkeyalias'));
    expect(ours.serverAliveInterval).toBe(Number(one('serveraliveinterval')));
    expect(ours.serverAliveCountMax).toBe(Number(one('serveralivecountmax')));
    expect(ours.connectTimeout === undefined ? 'none' : String(ours.connectTimeout)).toBe(
      one('connecttimeout'),
    );
    expect(ours.connectionAttempts ?? 1).toBe(Number(one('connectionattempts')));
    expect(ours.globalKnownHostsFiles).toEqual(one('globalknownhostsfile')?.split(' '));
    expect(ours.userKnownHostsFiles).toEqual(one('userknownhostsfile')?.split(' ').map(expand));
    expect({ true: 'yes', false: 'no' }[String(ours.hashKnownHosts)]).toBe(one('hashknownhosts'));
    expect(
      { 'accept-new': 'accept-new', ask: 'ask', yes: 'true', no: 'false' }[ours.strictHostKeyChecking],
    ).toBe(one('stricthostkeychecking'));
    expect({ 0: 'any', 4: 'inet', 6: 'inet6' }[ours.addressFamily]).toBe(one('addressfamily'));
    if (ours.identityFilesNamed) {
      const tokens = (path: string) => expand(path).replace('%r', ours.user).replace('%n', host);
      expect(ours.identityFiles).toEqual(ssh.get('identityfile')?.map(tokens));
    }
  }

  it.each(['web1', 'web2', 'web3', 'db', 'ax', 'abx', 'm1', 'other', 'x.example.org'])('for %s', (host) =>
    expectSame(host),
  );

  it.each([
    [['-p', '99']],
    [['-l', 'root']],
    [['-oUser=deploy']],
    [['-o', 'HostName=1.2.3.4', '-oIdentityFile=/etc/host.conf']],
    [['-i', '/etc/host.conf', '-4', '-J', 'one,two:99']],
    [['-A', '-o', 'Port = 77']],
    [['-o', 'ProxyCommand=none']],
  ])('for m1 and web1 with %j', async (more) => {
    await expectSame('m1', more);
    await expectSame('web1', more);
  });
});

describe('a value', () => {
  it('of ProxyCommand is taken whole, quotes and all', async () => {
    const { proxyCommand, hostName } = await resolve(CONFIG, 'db');
    expect(hostName).toBe('db.internal');
    expect(proxyCommand).toBe('nc -X "a b" db.internal 22 # tail');
  });

  it('of the target comes before every file, and before ssh arguments', async () => {
    const host = await resolve(CONFIG, {
      host: 'web1',
      user: 'admin',
      port: 5,
      privateKeyFile: '~/mine',
      timeout: 2,
      sshArgs: '-o User=a -i ~/args',
      sshExtraArgs: '-p 9 -o ServerAliveCountMax=1',
    });
    expect(host).toMatchObject({ user: 'admin', port: 5, connectTimeout: 2, serverAliveCountMax: 1 });
    expect(host.identityFiles.slice(0, 2)).toEqual([join(homedir(), 'mine'), join(homedir(), 'args')]);
  });

  it('of an own configuration file may come as -F', async () => {
    writeFileSync(file, 'Host web1\n  User named\n');
    const host = await configs().resolve({ transport: 'ssh2', host: 'web1', sshCommonArgs: `-F ${file}` });
    expect(host.user).toBe('named');
  });

  it('may name the environment', async () => {
    const config = 'IdentityAgent $MY_AGENT\nIdentityFile ${MY_KEYS}/id\n';
    const host = await resolve(config, 'web1', { MY_AGENT: '/run/agent', MY_KEYS: '/keys' });
    expect(host.identityAgent).toBe('/run/agent');
    expect(host.identityFiles).toEqual(['/keys/id']);
    await expect(resolve(config, 'web1', { MY_AGENT: '/run/agent' })).rejects.toThrow(
      `${file}:2: the environment variable MY_KEYS of \${MY_KEYS}/id is not set`,
    );
  });

  it('of the agent is SSH_AUTH_SOCK unless told otherwise', async () => {
    expect((await resolve('', 'web1', { SSH_AUTH_SOCK: '/a' })).identityAgent).toBe('/a');
    expect(
      (await resolve('IdentityAgent none', 'web1', { SSH_AUTH_SOCK: '/a' })).identityAgent,
    ).toBeUndefined();
    expect((await resolve('IdentityAgent ~/s', 'web1')).identityAgent).toBe(join(homedir(), 's'));
  });

  it('of host_key_checking: the target, then the environment, then the file', async () => {
    const config = 'StrictHostKeyChecking yes\n';
    const of = async (target: Partial<Target>, env?: Record<string, string>) =>
      (await resolve(config, target, env)).strictHostKeyChecking;
    expect(await of({})).toBe('yes');
    expect(await of({ hostKeyChecking: false })).toBe('no');
    expect(await of({ hostKeyChecking: true })).toBe('yes');
    expect(await of({}, { ANSIBLE_HOST_KEY_CHECKING: 'False' })).toBe('no');
    expect(await of({}, { ANSIBLE_HOST_KEY_CHECKING: 'true' })).toBe('yes');
    expect(await of({ hostKeyChecking: true }, { ANSIBLE_HOST_KEY_CHECKING: '0' })).toBe('yes');
  });

  it('that switches methods of authentication off is heeded', async () => {
    expect((await resolve('', 'web1')).authentications).toEqual([
      'publickey',
      'password',
      'keyboard-interactive',
    ]);
    const some =
      'PreferredAuthentications keyboard-interactive,gssapi-with-mic,publickey\nPubkeyAuthentication no\n';
    expect((await resolve(some, 'web1')).authentications).toEqual(['keyboard-interactive']);
  });
});

describe('algorithms', () => {
  const of = async (config: string) => algorithmsFor((await resolve(config, 'web1')).algorithms, []);

  it('are the cheap ones, and never dh-group-exchange', async () => {
    const { kex, cipher, serverHostKey } = await of('');
    expect([kex, cipher, serverHostKey].map((list) => (list as string[])[0])).toEqual([
      'curve25519-sha256',
      'aes128-gcm@openssh.com',
      'ssh-ed25519',
    ]);
    expect((await of('KexAlgorithms *')).kex).not.toContain('diffie-hellman-group-exchange-sha256');
  });

  it('can be set, added, taken away and put first', async () => {
    const kex = (await of('')).kex as string[];
    expect((await of('KexAlgorithms sntrup761x25519-sha512@openssh.com,ecdh-sha2-nistp384')).kex).toEqual([
      'ecdh-sha2-nistp384',
    ]);
    expect((await of('KexAlgorithms +diffie-hellman-group14-sha1')).kex).toEqual([
      ...kex,
      'diffie-hellman-group14-sha1',
    ]);
    expect((await of('KexAlgorithms -curve*')).kex).toEqual(kex.filter((name) => !name.startsWith('curve')));
    expect(((await of('Ciphers ^chacha20-poly1305@openssh.com')).cipher as string[])[0]).toBe(
      'chacha20-poly1305@openssh.com',
    );
    expect((await of('HostKeyAlgorithms rsa-sha2-512')).serverHostKey).toEqual(['rsa-sha2-512']);
  });

  it('that leave nothing are an error with its place', async () => {
    await expect(of('MACs umac-128@openssh.com')).rejects.toThrow(
      `${file}:1: none of the algorithms of macs umac-128@openssh.com is known`,
    );
  });
});

describe('Include', () => {
  it('reads files in place, by pattern, and only within its block', async () => {
    const more = join(folder, 'more.d');
    mkdirSync(more, { recursive: true });
    writeFileSync(join(more, '1.conf'), 'Host web1\n  User first\n');
    writeFileSync(join(more, '2.conf'), 'Host web*\n  User second\n  Port 2\n');
    writeFileSync(join(more, 'other'), 'Port 3\n');
    const config = `Include ${more}/*.conf\nHost db\n  Include ${more}/other\nHost *\n  User last\n`;
    expect(await resolve(config, 'web1')).toMatchObject({ user: 'first', port: 2 });
    expect(await resolve(config, 'db')).toMatchObject({ user: 'last', port: 3 });
    expect(await resolve(config, 'x')).toMatchObject({ user: 'last', port: 22 });
  });

  it('of itself ends with an error', async () => {
    await expect(resolve(`Include ${file}\n`, 'web1')).rejects.toThrow('Include goes deeper than 16 files');
  });
});

describe('jump hosts', () => {
  it('have settings of their own, the last one reached through those before it', async () => {
    writeFileSync(
      file,
      'Host gate\n  HostName 10.0.0.9\n  User jumper\n  ProxyJump outer\nHost web*\n  ProxyJump a,u@gate:99\n',
    );
    const all = configs();
    const host = await all.resolve({ transport: 'ssh2', host: 'web1', user: 'me', sshConfigFile: file });
    const gate = await all.hopBefore(host);
    expect(gate).toMatchObject({
      alias: 'gate',
      hostName: '10.0.0.9',
      user: 'u',
      port: 99,
      proxyJump: ['a'],
    });
    expect(await all.hopBefore(gate)).toMatchObject({
      alias: 'a',
      user: userInfo().username,
      port: 22,
      proxyJump: [],
    });
  });

  it('follow ProxyJump of a jump host', async () => {
    const host = await resolve(
      'Host web1\n  ProxyJump gate\nHost gate\n  ProxyJump ssh://x@outer:7\n',
      'web1',
    );
    const all = configs();
    const again = await all.resolve({ transport: 'ssh2', host: 'web1', sshConfigFile: file });
    expect(host.proxyJump).toEqual(['gate']);
    const gate = await all.hopBefore(again);
    expect(await all.hopBefore(gate)).toMatchObject({ alias: 'outer', user: 'x', port: 7 });
  });

  it('are not reached through themselves', async () => {
    expect((await resolve('Host *\n  ProxyJump gate\n', 'gate')).proxyJump).toEqual([]);
    expect((await resolve('Host *\n  ProxyJump gate\n', 'web1')).proxyJump).toEqual(['gate']);
  });

  it('in a circle are an error', async () => {
    const all = configs();
    writeFileSync(file, 'Host a\n  ProxyJump b\nHost b\n  ProxyJump a\n');
    let host = await all.resolve({ transport: 'ssh2', host: 'a', sshConfigFile: file });
    const walk = async () => {
      for (;;) host = await all.hopBefore(host);
    };
    await expect(walk()).rejects.toThrow('is behind more than 8 jump hosts');
  });
});

describe('a line that', () => {
  it.each([
    ['Port', `1: Port has no value`],
    ['Port 70000', '1: port 70000: must be a whole number from 1 to 65535'],
    ['User me\nIdentitiesOnly maybe', '2: identitiesonly maybe: must be yes or no'],
    ['IdentityFile "open', '1: the quotes of this line do not close'],
    ['IdentityFile /%z', '1: %z in /%z is not understood'],
    ['Match host', '1: Match host needs a value'],
    ['Match command x', '1: Match command is not understood'],
    ['StrictHostKeyChecking perhaps', '1: stricthostkeychecking perhaps: must be yes, no, ask or accept-new'],
    ['ProxyJump a,b:c:d', '1: proxyjump a,b:c:d: must be [user@]host[:port]'],
  ])('reads %j is refused with its place', async (config, message) => {
    await expect(resolve(config, 'web1')).rejects.toThrow(`${file}:${message}`);
  });

  it('would run a program to decide is refused where it would decide', async () => {
    const config = 'Match host web* exec "true"\n  User never\n';
    expect((await resolve(config, 'db')).user).toBe(userInfo().username);
    await expect(resolve(config, 'web1')).rejects.toMatchObject({
      name: 'UnreachableError',
      message: `${file}:1: Match exec would run a program to decide how web1 is reached, which is not done`,
    });
  });

  it('is not honoured is told once, and only where it applies', async () => {
    writeFileSync(
      file,
      'Host web*\n  RevokedHostKeys /etc/revoked\n  LogLevel ERROR\nHost db\n  PKCS11Provider x\n',
    );
    const all = configs();
    await all.resolve({ transport: 'ssh2', host: 'web1', sshConfigFile: file });
    await all.resolve({ transport: 'ssh2', host: 'web2', sshConfigFile: file });
    expect([...all.warnings]).toEqual([
      `${file}:2: revokedhostkeys /etc/revoked is not honoured by the built-in ssh (ansible_connection=openssh does)`,
    ]);
  });

  it('names a configuration file that is not there is an error', async () => {
    await expect(
      configs().resolve({ transport: 'ssh2', host: 'web1', sshCommonArgs: '-F /no/such' }),
    ).rejects.toThrow('the ssh configuration /no/such does not exist or cannot be read');
  });

  it('holds ssh arguments is read as ssh reads them', async () => {
    const all = configs();
    const of = (sshCommonArgs: string) =>
      all.resolve({ transport: 'ssh2', host: 'web1', sshConfigFile: 'none', sshCommonArgs });
    expect((await of(`-C -tt -o "ProxyCommand ssh -W '%h:%p' gate"`)).proxyCommand).toBe(
      "ssh -W 'web1:22' gate",
    );
    expect((await of('-qp2200')).port).toBe(2200);
    await of('-D 1080');
    expect([...all.warnings]).toEqual(['ansible_ssh_common_args: -D 1080 is not understood and not used']);
    await expect(of('-o')).rejects.toThrow('ansible_ssh_common_args: -o needs a value');
    await expect(of('host')).rejects.toThrow('ansible_ssh_common_args: host is not an option of ssh');
    await expect(of('-o "x')).rejects.toThrow(
      'ansible_ssh_common_args: a quotation is opened by " and never closed',
    );
  });
});
