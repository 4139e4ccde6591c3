import type { Client, ClientChannel, ParsedKey } from 'ssh2';

/*
 * Round trips that ssh2 makes and SSH does not need, taken away by its inside. What is touched there is looked for
 * first: another version than the one that package.json names may just be slower.
 */

interface Protocol {
  service(name: string): void;
  authPK(user: string, key: ParsedKey, algorithm?: string, sign?: Signer): void;
  exec(channel: number, command: string, wantReply: boolean): void;
  _handlers: { SERVICE_ACCEPT?: (protocol: Protocol, name: string) => void };
}

type Signer = (data: Buffer, done: (signature: Buffer) => void) => void;

interface Inside {
  _protocol?: Protocol;
  _chanMgr?: { _channels: Record<string, unknown> };
}

const HASHES: Record<string, string> = {
  'rsa-sha2-256': 'sha256',
  'rsa-sha2-512': 'sha512',
  'ssh-rsa': 'sha1',
};

/**
 * Makes a client that has begun to connect sign at once instead of asking first whether a key is welcome, and, with
 * `ahead`, sends the first authentication with the request for its service. Both after the host's key was verified.
 */
export function shortenLogin(client: Client, ahead: boolean): void {
  const protocol = (client as Inside)._protocol;
  if (!protocol || typeof protocol.authPK !== 'function' || typeof protocol.service !== 'function') return;
  signAtOnce(protocol);
  if (ahead && typeof protocol._handlers?.SERVICE_ACCEPT === 'function') authenticateAhead(protocol);
}

/** Whether a key's signature is the same whatever the server says of itself; RSA's hash is the server's choice. */
export function signsOneWay(key: ParsedKey): boolean {
  return key.type === 'ssh-ed25519' || key.type.startsWith('ecdsa-sha2-');
}

function signAtOnce(protocol: Protocol): void {
  const send = protocol.authPK.bind(protocol);
  protocol.authPK = (user, key, algorithm, sign) => {
    if (sign) return send(user, key, algorithm, sign);
    // An agent's keys are public ones: some ask a person at each signature, so these are signed for when welcome.
    if (!isPrivate(key)) return send(user, key, algorithm);
    send(user, key, algorithm, (data, done) => {
      const signature: Buffer | Error = key.sign(
        data,
        algorithm === undefined ? undefined : HASHES[algorithm],
      );
      // ssh2 knows how to go on with the next key: asked first, it meets the same error.
      if (signature instanceof Error) send(user, key, algorithm);
      else done(signature);
    });
  };
}

function isPrivate(key: ParsedKey): boolean {
  return typeof key.isPrivateKey === 'function' && key.isPrivateKey();
}

function authenticateAhead(protocol: Protocol): void {
  const ask = protocol.service.bind(protocol);
  const { SERVICE_ACCEPT: begin } = protocol._handlers;
  protocol.service = (name) => {
    ask(name);
    if (name !== 'ssh-userauth') return;
    protocol._handlers.SERVICE_ACCEPT = () => undefined;
    begin?.(protocol, name);
  };
}

const asked = new WeakMap<Protocol, Map<string, (channel: ClientChannel) => void>>();

/** Gives a program's channel as soon as the request for it is on its way, so that its input can follow at once. */
export function onceAsked(client: Client, command: string, give: (channel: ClientChannel) => void): void {
  const { _protocol: protocol, _chanMgr: manager } = client as Inside;
  if (!protocol || typeof protocol.exec !== 'function' || !manager?._channels) return;
  const waiting = asked.get(protocol) ?? watchPrograms(protocol, manager);
  waiting.set(command, give);
}

function watchPrograms(protocol: Protocol, manager: { _channels: Record<string, unknown> }) {
  const waiting = new Map<string, (channel: ClientChannel) => void>();
  const send = protocol.exec.bind(protocol);
  protocol.exec = (id, command, wantReply) => {
    send(id, command, wantReply);
    const channel = Object.values(manager._channels).find((one) => isChannel(one) && one.outgoing.id === id);
    if (channel) waiting.get(command)?.(channel as ClientChannel);
    waiting.delete(command);
  };
  asked.set(protocol, waiting);
  return waiting;
}

function isChannel(one: unknown): one is { outgoing: { id: number } } {
  return typeof one === 'object' && one !== null && 'outgoing' in one;
}
