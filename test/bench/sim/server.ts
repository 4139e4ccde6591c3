import { createServer } from 'node:net';
import ssh2 from 'ssh2';
import { simulateLoop } from './loop.ts';
import type { Model } from './model.ts';

/** SSH servers of any number of hosts: one port on all addresses of this machine, 127.0.0.0/8 among them. */
export interface SimulatedFleet {
  port: number;
  /** Connections that stand now, and the most that ever did at a time. */
  readonly open: number;
  readonly most: number;
  /** Logins so far. */
  readonly logins: number;
  close(): Promise<void>;
}

export interface SimulatedFleetOptions {
  hostKey: string;
  /** The public key that is let in. */
  userKey: string;
  model: Model;
}

export async function openSimulatedFleet(options: SimulatedFleetOptions): Promise<SimulatedFleet> {
  const allowed = ssh2.utils.parseKey(options.userKey);
  if (allowed instanceof Error) throw allowed;
  const counts = { open: 0, most: 0, logins: 0 };
  const ssh = new ssh2.Server({ hostKeys: [options.hostKey] }, (client) => {
    counts.open += 1;
    counts.most = Math.max(counts.most, counts.open);
    client.on('close', () => {
      counts.open -= 1;
    });
    client.on('error', () => undefined);
    client.on('authentication', (login) => {
      if (login.method !== 'publickey' || !login.key.data.equals(allowed.getPublicSSH()))
        return login.reject(['publickey']);
      if (login.signature && allowed.verify(login.blob!, login.signature, login.hashAlgo) !== true)
        return login.reject();
      if (login.signature) counts.logins += 1;
      login.accept();
    });
    client.on('ready', () => client.on('session', (accept) => serve(accept(), options.model)));
  });
  const server = createServer({ noDelay: true, backlog: 4096 } as object, (socket) =>
    ssh.injectSocket(socket),
  );
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', 4096, resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    get open() {
      return counts.open;
    },
    get most() {
      return counts.most;
    },
    get logins() {
      return counts.logins;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function serve(session: ssh2.Session, model: Model): void {
  session.on('exec', (accept, _reject, { command }) => {
    const channel = accept();
    const take = simulateLoop(command, model, {
      out: (text) => channel.write(text),
      err: (text) => channel.stderr.write(text),
      exit: (code) => {
        channel.exit(code);
        channel.end();
      },
    });
    channel.on('data', take);
    channel.on('error', () => undefined);
  });
}
