import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Connection } from '../../../src/remote/connection.ts';
import { failure, onPort, run, type Workbench, workbench } from './bench.ts';
import { freePort, kill, noSshd, type Sshd, sessionsOf } from './sshd.ts';

let bench: Workbench;
let sshd: Sshd;

beforeAll(async () => {
  if (noSshd) return;
  bench = workbench();
  sshd = await bench.sshd();
  bench.known([bench.line(sshd.port)]);
});

afterAll(() => bench?.end());

async function connected<T>(use: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await bench.transport().connect(onPort(sshd.port));
  try {
    return await use(connection);
  } finally {
    await connection.close();
  }
}

describe.skipIf(noSshd)(`a connection to a real sshd${noSshd ? `: skipped, ${noSshd}` : ''}`, () => {
  it('runs a program and tells its outputs and its exit code apart', async () => {
    expect(await connected((connection) => run(connection, 'cat; echo err >&2; exit 3', 'in'))).toEqual({
      out: 'in',
      err: 'err\n',
      code: 3,
    });
  });

  it('tells the signal that ended a program', async () => {
    expect(await connected((connection) => run(connection, 'kill -TERM $$'))).toMatchObject({
      signal: 'SIGTERM',
    });
  });

  it('gives no variable of this program to the host', async () => {
    process.env.LC_FLOTTE = 'here';
    const { out } = await connected((connection) => run(connection, 'env'));
    expect(out).not.toContain('LC_FLOTTE');
    expect(out).toContain('SSH_CONNECTION');
  });

  it('carries bytes as they are, both ways, more than fits in memory buffers', async () => {
    await connected(async (connection) => {
      const channel = await connection.exec('cat');
      const block = Buffer.alloc(64 * 1024, Buffer.from([...Array(256).keys()]));
      const blocks = 256;
      let received = 0;
      let wrong = 0;
      channel.stdout.on('data', (chunk: Buffer) => {
        for (const byte of chunk.subarray(0, 16)) if (byte !== received++ % 256) wrong++;
        received += Math.max(0, chunk.length - 16);
      });
      let waits = 0;
      for (let sent = 0; sent < blocks; sent++) {
        if (channel.stdin.write(block)) continue;
        waits++;
        await new Promise((resolve) => channel.stdin.once('drain', resolve));
      }
      channel.stdin.end();
      expect(await channel.closed).toEqual({ code: 0 });
      expect(received).toBe(blocks * block.length);
      expect(wrong).toBe(0);
      expect(waits).toBeGreaterThan(0);
    });
  });

  it('holds back a program whose output nobody reads', async () => {
    await connected(async (connection) => {
      const channel = await connection.exec('head -c 33554432 /dev/zero; echo done >&2');
      let done = false;
      channel.stderr.on('data', () => {
        done = true;
      });
      await sleep(500);
      expect(done).toBe(false);
      expect(channel.stdout.readableLength).toBeLessThan(4 * 1024 * 1024);
      channel.stdout.resume();
      expect(await channel.closed).toEqual({ code: 0 });
    });
  });

  it('has many channels at a time', async () => {
    const outs = await connected((connection) =>
      Promise.all([1, 2, 3, 4, 5].map((number) => run(connection, `sleep 0.1; echo ${number}`))),
    );
    expect(outs.map(({ out }) => out)).toEqual(['1\n', '2\n', '3\n', '4\n', '5\n']);
  });

  it('says that a program has ended though one in the background holds its output', async () => {
    await connected(async (connection) => {
      const channel = await connection.exec('sleep 20 & echo $!; exit 4');
      let out = '';
      channel.stdout.on('data', (chunk) => {
        out += chunk;
      });
      expect(await channel.closed).toEqual({ code: 4 });
      kill(Number(out));
    });
  });

  it('fails what is written after the program has ended', async () => {
    await connected(async (connection) => {
      const channel = await connection.exec('exit 0');
      channel.stdout.resume();
      channel.stderr.resume();
      await channel.closed;
      const error = await new Promise((resolve) => channel.stdin.write('late', resolve));
      expect(error).toBeInstanceOf(Error);
    });
  });

  it('close of a channel ends the input of its program, whose end is then told', async () => {
    await connected(async (connection) => {
      const channel = await connection.exec('cat >/dev/null; sleep 0.2');
      channel.close();
      expect(await channel.closed).toEqual({ code: 0 });
    });
  });

  it('closed in order is gone without a reason, and takes no program', async () => {
    const connection = await bench.transport().connect(onPort(sshd.port));
    const channel = await connection.exec('sleep 20');
    await connection.close();
    expect(await connection.gone).toBeUndefined();
    expect(await channel.closed).toEqual({ lost: 'the connection was closed' });
    await expect(connection.exec('true')).rejects.toMatchObject({
      name: 'UnreachableError',
      message: `127.0.0.1 (port ${sshd.port}) starts no program: Not connected`,
    });
  });

  it('20 at once all come about', async () => {
    const transport = bench.transport();
    const connections = await Promise.all(
      Array.from({ length: 20 }, () => transport.connect(onPort(sshd.port))),
    );
    const outs = await Promise.all(connections.map((connection, index) => run(connection, `echo ${index}`)));
    expect(outs.map(({ out }) => Number(out))).toEqual([...Array(20).keys()]);
    await Promise.all(connections.map((connection) => connection.close()));
  });
});

describe.skipIf(noSshd)('a connection that is lost', () => {
  it('settles gone, the channels, and what is being written', async () => {
    const own = await bench.sshd();
    bench.known([bench.line(sshd.port), bench.line(own.port)]);
    const connection = await bench.transport().connect(onPort(own.port));
    const channel = await connection.exec('sleep 30');
    // More than the window takes, so that the write waits for a host that will not answer.
    const written = new Promise((resolve) => channel.stdin.write(Buffer.alloc(8 * 1024 * 1024), resolve));
    for (const pid of sessionsOf(own.process)) kill(pid);
    const lost = expect.stringMatching(/^the connection to 127\.0\.0\.1 \(port \d+\) was lost/);
    expect(await connection.gone).toEqual(lost);
    expect(await channel.closed).toEqual({ lost });
    expect(await written).toBeInstanceOf(Error);
    await expect(connection.exec('true')).rejects.toMatchObject({ name: 'UnreachableError' });
    await connection.close();
  });

  it('is found by keepalive where the host falls silent', async () => {
    const own = await bench.sshd();
    bench.known([bench.line(sshd.port), bench.line(own.port)]);
    const keepalive = '-o ServerAliveInterval=1 -o ServerAliveCountMax=1';
    const connection = await bench.transport().connect(onPort(own.port, { sshExtraArgs: keepalive }));
    const channel = await connection.exec('sleep 30');
    for (const pid of sessionsOf(own.process)) kill(pid, 'SIGSTOP');
    const start = Date.now();
    expect(await connection.gone).toBe(
      `the connection to 127.0.0.1 (port ${own.port}) was lost: no answer for 2 s`,
    );
    expect(Date.now() - start).toBeLessThan(4000);
    expect(await channel.closed).toMatchObject({ lost: expect.stringContaining('no answer for 2 s') });
  });
});

describe.skipIf(noSshd)('a host that cannot be reached', () => {
  it('refuses', async () => {
    const port = await freePort();
    expect(await failure(bench.transport().connect(onPort(port)))).toMatchObject({
      message: `127.0.0.1 (port ${port}) refuses connections to port ${port}`,
      hint: 'Is sshd running there, and is the port right (ansible_port)?',
    });
  });

  it('has a name that nobody knows', async () => {
    const target = onPort(22, { host: 'no-such-host.invalid', retries: 2 });
    const start = Date.now();
    const { message } = await failure(bench.transport().connect(target));
    expect(message).toMatch(
      /^the name no-such-host\.invalid (is not known|could not be looked up just now)$/,
    );
    if (message.endsWith('is not known')) expect(Date.now() - start).toBeLessThan(450);
  });

  it('takes the connection and says nothing', async () => {
    const server = net.createServer(() => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as net.AddressInfo;
    expect(await failure(bench.transport().connect(onPort(port, { timeout: 1 })))).toMatchObject({
      message: `127.0.0.1 (port ${port}) took the connection but did not finish the SSH handshake within 1 s`,
    });
    server.close();
  });

  it('closes at once, or speaks something else', async () => {
    for (const greeting of ['', 'HTTP/1.1 400 Bad Request\r\n\r\n']) {
      const server = net.createServer((socket) => socket.end(greeting));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as net.AddressInfo;
      const { message } = await failure(bench.transport().connect(onPort(port, { timeout: 3 })));
      expect(message).toContain(
        `127.0.0.1 (port ${port}) closed the connection before the SSH handshake was done`,
      );
      server.close();
    }
  });

  it('comes up late and is connected to then', async () => {
    const port = await freePort();
    bench.known([bench.line(sshd.port), bench.line(port)]);
    const connecting = bench.transport().connect(onPort(port, { retries: 4 }));
    await sleep(600);
    await bench.sshd({ port });
    const connection = await connecting;
    expect(await run(connection, 'echo up')).toMatchObject({ out: 'up\n', code: 0 });
    await connection.close();
  });

  it('has no algorithm that we take', async () => {
    const own = await bench.sshd({ config: ['KexAlgorithms diffie-hellman-group-exchange-sha256'] });
    expect(await failure(bench.transport().connect(onPort(own.port, { retries: 3 })))).toMatchObject({
      message: expect.stringContaining('have no algorithm in common: no matching key exchange algorithm'),
      hint: expect.stringContaining('ansible_connection=openssh'),
    });
  });
});
