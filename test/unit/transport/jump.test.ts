import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Target } from '../../../src/transport/index.ts';
import { failure, run, type Workbench, workbench } from './bench.ts';
import { freePort, kill, makeKey, noSshd, type Sshd, sessionsOf } from './sshd.ts';

let bench: Workbench;
let gate: Sshd;
let inner: Sshd;
let target: Sshd;
let gateKey: string;
let innerKey: string;
let gateUserKey: string;
let known: string[];

beforeAll(async () => {
  if (noSshd) return;
  bench = workbench();
  gateKey = makeKey(join(bench.folder, 'gate_key'));
  innerKey = makeKey(join(bench.folder, 'inner_key'));
  gateUserKey = makeKey(join(bench.folder, 'gate_user'));
  gate = await bench.sshd({ hostKeys: [gateKey], authorized: [gateUserKey] });
  inner = await bench.sshd({ hostKeys: [innerKey] });
  target = await bench.sshd();
  known = [bench.line(gate.port, gateKey), bench.line(inner.port, innerKey), bench.line(target.port)];
  bench.known(known);
  config('');
});

afterAll(() => bench?.end());

/** ssh_config with the three hosts; the gate takes another key than the others. */
function config(more: string): void {
  const hosts = `${more}
Host gate
  Port ${gate.port}
  IdentityFile ${gateUserKey}
  IdentitiesOnly yes
Host inner
  Port ${inner.port}
Host web1
  Port ${target.port}
  ConnectTimeout 5
Host gate inner web1
  HostName 127.0.0.1
  HashKnownHosts no
`;
  writeFileSync(join(bench.home, '.ssh/config'), hosts);
}

function web1(sshCommonArgs: string, more: Partial<Target> = {}): Target {
  return { transport: 'ssh2', host: 'web1', retries: 0, sshCommonArgs, ...more };
}

async function answers(sshCommonArgs: string) {
  const connection = await bench.transport().connect(web1(sshCommonArgs));
  const { out } = await run(connection, 'echo $SSH_CONNECTION');
  await connection.close();
  return Number(out.trim().split(' ').at(-1));
}

describe.skipIf(noSshd)(`a jump host${noSshd ? `: skipped, ${noSshd}` : ''}`, () => {
  it('lets through, each with a key of its own', async () => {
    expect(await answers('-J gate')).toBe(target.port);
  });

  it('may stand before another', async () => {
    expect(await answers('-J gate,inner')).toBe(target.port);
    config('Host inner\n  ProxyJump gate\n');
    expect(await answers('-o ProxyJump=inner')).toBe(target.port);
    config('');
  });

  it('is connected to once for all the hosts behind it, and left with the last of them', async () => {
    const transport = bench.transport();
    const before = gate.logins();
    const connections = await Promise.all([1, 2, 3, 4].map(() => transport.connect(web1('-J gate'))));
    expect(gate.logins()).toBe(before + 1);
    await Promise.all(connections.slice(1).map((connection) => connection.close()));
    expect(await run(connections[0]!, 'echo still')).toMatchObject({ out: 'still\n' });
    await connections[0]!.close();
    for (let tries = 0; sessionsOf(gate.process).length > 0 && tries < 50; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(sessionsOf(gate.process)).toEqual([]);
  });

  it('has its own host key verified, and so has the host behind it', async () => {
    bench.known([bench.line(gate.port, innerKey), bench.line(target.port)]);
    let error = await failure(bench.transport().connect(web1('-J gate')));
    expect(error.message).toMatch(/^the host key of gate .* has changed.* \(the jump host before web1\)$/);
    bench.known([bench.line(gate.port, gateKey), bench.line(target.port, innerKey)]);
    error = await failure(bench.transport().connect(web1('-J gate')));
    expect(error.message).toMatch(/^the host key of web1 .* has changed/);
    bench.known(known);
  });

  it('that is unknown is asked about before the hosts behind it', async () => {
    bench.known([]);
    const transport = bench.transport();
    const first = await transport.scanHostKeys([web1('-J gate'), web1('-J gate', { user: 'x' })]);
    expect(first.map(({ host }) => host.alias)).toEqual(['gate']);
    await transport.acceptHostKeys(first);
    const second = await transport.scanHostKeys([web1('-J gate')]);
    expect(second.map(({ host }) => host.alias)).toEqual(['web1']);
    await transport.acceptHostKeys(second);
    expect(await transport.scanHostKeys([web1('-J gate')])).toEqual([]);
    expect(bench.knownText()).toBe(`${bench.line(gate.port, gateKey)}\n${bench.line(target.port)}\n`);
    bench.known(known);
  });

  it('that cannot be reached, or reaches nothing, is named', async () => {
    const port = await freePort();
    let error = await failure(bench.transport().connect(web1(`-J 127.0.0.1:${port}`)));
    expect(error.message).toContain(`refuses connections to port ${port} (the jump host before web1)`);
    error = await failure(bench.transport().connect(web1('-J gate', { port })));
    expect(error.message).toMatch(/^the jump host gate .* cannot reach 127\.0\.0\.1 port \d+: .*onnect/);
    const closed = await bench.sshd({ config: ['AllowTcpForwarding no'] });
    bench.known([...known, bench.line(closed.port)]);
    error = await failure(bench.transport().connect(web1(`-J 127.0.0.1:${closed.port}`)));
    expect(error.message).toMatch(/^the jump host 127\.0\.0\.1 .* lets no connection through/);
    expect(error.hint).toContain('AllowTcpForwarding yes');
    bench.known(known);
  });

  it('that is lost takes the hosts behind it along, and is connected to anew', async () => {
    const transport = bench.transport();
    const connection = await transport.connect(web1('-J gate'));
    for (const pid of sessionsOf(gate.process)) kill(pid);
    expect(await connection.gone).toMatch(/^the connection to web1 .* was lost/);
    const again = await transport.connect(web1('-J gate'));
    await again.close();
  });
});

describe.skipIf(noSshd)('a ProxyCommand', () => {
  it('carries the connection', async () => {
    const relay = join(bench.folder, 'relay.cjs');
    writeFileSync(
      relay,
      `const socket = require('node:net').connect(process.argv[3], process.argv[2]);
       process.stdin.pipe(socket).pipe(process.stdout);`,
    );
    const sshArgs = `-o 'ProxyCommand="${process.execPath}" "${relay}" %h %p'`;
    expect(await answers(sshArgs)).toBe(target.port);
  });

  it('that fails says why', async () => {
    const { message } = await failure(
      bench.transport().connect(web1(`-o "ProxyCommand sh -c 'echo no way >&2; exit 7'"`)),
    );
    expect(message).toBe(
      "the ProxyCommand of web1 ended with exit code 7: sh -c 'echo no way >&2; exit 7' (no way)",
    );
  });

  it('that says nothing ends with the time limit', async () => {
    const { message } = await failure(
      bench.transport().connect(web1('-o "ProxyCommand sleep 60"', { timeout: 1 })),
    );
    expect(message).toContain('did not finish the SSH handshake within 1 s');
  });
});
