import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface LatencyProxy {
  /** Where to connect instead of the target. */
  host: '127.0.0.1';
  port: number;
  /** Ends the proxy and every connection through it. */
  close(): Promise<void>;
}

export interface LatencyRequest {
  target: { host: string; port: number };
  /** Added to each direction: a round trip takes twice as long. */
  delayMs: number;
}

/** A TCP proxy on this machine that adds latency, and neither loss nor a limit of bandwidth. */
export async function latencyProxy({ target, delayMs }: LatencyRequest): Promise<LatencyProxy> {
  const open = new Set<Socket>();
  const keep = (socket: Socket) => {
    open.add(socket.setNoDelay(true));
    socket.on('close', () => open.delete(socket));
  };
  const server = createServer({ allowHalfOpen: true }, (client) => {
    keep(client);
    client.on('error', () => client.destroy());
    // On a real line the client may speak after one round trip, and the target hears of it half a one later.
    setTimeout(() => {
      const upstream = connect({ ...target, allowHalfOpen: true });
      keep(upstream);
      client.on('error', () => upstream.destroy());
      upstream.on('error', () => client.destroy());
      forward(client, upstream, delayMs);
      setTimeout(() => forward(upstream, client, delayMs), delayMs);
    }, 2 * delayMs);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    close() {
      for (const socket of open) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Timers of one length fire in the order they were set, which keeps the stream in order. */
function forward(from: Socket, to: Socket, delayMs: number): void {
  from.on('data', (chunk) => {
    setTimeout(() => {
      if (to.destroyed || to.write(chunk)) return;
      from.pause();
      to.once('drain', () => from.resume());
    }, delayMs);
  });
  from.on('end', () => setTimeout(() => to.end(), delayMs));
}
