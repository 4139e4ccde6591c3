import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openHost } from '../../../src/remote/host.ts';
import { onPort, run, type Workbench, workbench } from './bench.ts';
import { noSshd, type Sshd } from './sshd.ts';

let bench: Workbench;
let sshd: Sshd;
let proxy: Server | undefined;
/** How often the host has said something. */
let heard = 0;

beforeAll(async () => {
  if (noSshd) return;
  bench = workbench();
  sshd = await bench.sshd();
});

afterEach(() => proxy?.close());
afterAll(() => bench?.end());

const MILLISECONDS = 25;

// The packet after which all is encrypted; nothing of the host's comes before the next thing we say.
const NEW_KEYS = Buffer.from([0, 0, 0, 12, 10, 21]);

/**
 * A line with some delay, on which turns can be told apart: what we say before the host has said something again is
 * one. Gives its port.
 */
async function line(
  onSaid: (turn: number, connection: number, chunk: Buffer, socket: Socket) => void,
): Promise<number> {
  let connections = 0;
  proxy = createServer((client) => {
    const connection = ++connections;
    const host = connect(sshd.port, '127.0.0.1');
    let turns = 0;
    let ours = false;
    client.on('data', (chunk) => {
      if (!ours) turns += 1;
      ours = true;
      onSaid(turns, connection, chunk, client);
      setTimeout(() => host.write(chunk), MILLISECONDS);
    });
    host.on('data', (chunk) => {
      setTimeout(() => {
        heard += 1;
        ours = false;
        client.write(chunk);
      }, MILLISECONDS);
    });
    client.on('error', () => undefined).on('close', () => host.destroy());
    host.on('error', () => undefined).on('close', () => client.destroy());
  });
  await new Promise<void>((resolve) => proxy?.listen(0, '127.0.0.1', resolve));
  const { port } = proxy.address() as { port: number };
  bench.known([bench.line(port)]);
  return port;
}

describe.skipIf(noSshd)(`the way into a real sshd${noSshd ? `: skipped, ${noSshd}` : ''}`, () => {
  it('takes seven turns to the first answer of a program, its input included', async () => {
    let turns = 0;
    const port = await line((turn) => {
      turns = turn;
    });
    const connection = await bench.transport().connect(onPort(port));
    const channel = await connection.exec('cat');
    channel.stdin.write('in');
    const said = await new Promise((resolve) => channel.stdout.once('data', resolve));
    expect(String(said)).toBe('in');
    // Name, algorithms, key exchange, service with signature, channel, word of host keys, program with input.
    expect(turns).toBeLessThanOrEqual(7);
    await connection.close();
  });

  it('is the long one where a host cuts the short one off', async () => {
    let cuts = 0;
    const port = await line((_turn, connection, chunk, socket) => {
      if (connection > 1 || !chunk.includes(NEW_KEYS)) return;
      cuts += 1;
      setTimeout(() => socket.destroy(), MILLISECONDS);
    });
    const connection = await bench.transport().connect(onPort(port));
    expect(await run(connection, 'cat', 'in')).toMatchObject({ out: 'in', code: 0 });
    expect(cuts).toBe(1);
    await connection.close();
  });

  it('is left without waiting for the host where only reads were made', async () => {
    const port = await line(() => {});
    const host = openHost(await bench.transport().connect(onPort(port)));
    await host.reads().stat({ path: '/' });
    const before = heard;
    await host.close();
    expect(heard).toBe(before);
  });

  it('is left in order after a step', async () => {
    const port = await line(() => {});
    const host = openHost(await bench.transport().connect(onPort(port)));
    await host.perform([{ kind: 'run', argv: ['true'] }]);
    const before = heard;
    await host.close();
    expect(heard).toBeGreaterThan(before);
  });
});
