import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../src/remote/connection.ts';
import { createTransport } from '../../../src/transport/index.ts';
import { run } from './bench.ts';
import { kill } from './sshd.ts';

function connect(): Promise<Connection> {
  return createTransport({}).connect({ transport: 'local', host: 'localhost' });
}

describe('this machine', () => {
  it('runs a program and tells its outputs and its exit code apart', async () => {
    const connection = await connect();
    expect(await run(connection, 'cat; echo err >&2; exit 3', 'in')).toEqual({
      out: 'in',
      err: 'err\n',
      code: 3,
    });
    expect(await run(connection, 'kill -KILL $$')).toMatchObject({ signal: 'SIGKILL' });
    await connection.close();
    expect(await connection.gone).toBeUndefined();
  });

  it('runs it in a session of its own', async () => {
    const connection = await connect();
    const { out } = await run(connection, 'cut -d" " -f1,5,6 /proc/$$/stat');
    const [pid, group, session] = out.trim().split(' ');
    expect([session, group]).toEqual([pid, pid]);
    await connection.close();
  });

  it('says that a program has ended though one in the background holds its output', async () => {
    const connection = await connect();
    const channel = await connection.exec('sleep 20 & echo $!; exit 4');
    let out = '';
    channel.stdout.on('data', (chunk) => {
      out += chunk;
    });
    channel.stderr.resume();
    expect(await channel.closed).toEqual({ code: 4 });
    kill(Number(out));
    await connection.close();
  });

  it('gives all output before it says that a program has ended', async () => {
    const connection = await connect();
    const channel = await connection.exec('head -c 3000000 /dev/zero');
    let bytes = 0;
    channel.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    channel.stderr.resume();
    await channel.closed;
    expect(bytes).toBe(3_000_000);
    await connection.close();
  });

  it('fails what is written after the program has ended', async () => {
    const connection = await connect();
    const channel = await connection.exec('exit 0');
    channel.stdout.resume();
    channel.stderr.resume();
    await channel.closed;
    expect(await new Promise((resolve) => channel.stdin.write('late', resolve))).toBeInstanceOf(Error);
    await connection.close();
  });

  it('close ends the input of what still runs', async () => {
    const connection = await connect();
    const channel = await connection.exec('cat >/dev/null; exit 5');
    await connection.close();
    expect(await channel.closed).toEqual({ code: 5 });
  });
});
