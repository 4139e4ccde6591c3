import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type LatencyProxy, latencyProxy } from './latency-proxy.ts';

let echo: Server;
let proxy: LatencyProxy;

beforeEach(async () => {
  echo = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket));
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
  const { port } = echo.address() as AddressInfo;
  proxy = await latencyProxy({ target: { host: '127.0.0.1', port }, delayMs: 30 });
});

afterEach(async () => {
  await proxy.close();
  echo.close();
});

it('delays a round trip by twice its delay, and a connection by one round trip more', async () => {
  const socket = connect(proxy);
  const took = async () => {
    const begin = performance.now();
    socket.write('ping');
    await once(socket, 'data');
    return performance.now() - begin;
  };
  expect(await took()).toBeGreaterThanOrEqual(118);
  const second = await took();
  expect(second).toBeGreaterThanOrEqual(58);
  expect(second).toBeLessThan(110);
  socket.destroy();
});

it('passes a megabyte on in order, to its end', async () => {
  const sent = Buffer.from(Array.from({ length: 2 ** 20 }, (_, i) => i % 251));
  const socket = connect({ ...proxy, allowHalfOpen: true });
  socket.end(sent);
  const received: Buffer[] = [];
  for await (const chunk of socket) received.push(chunk);
  expect(Buffer.concat(received).equals(sent)).toBe(true);
});
