import type { Algorithms, CipherAlgorithm, KexAlgorithm, MacAlgorithm, ServerHostKeyAlgorithm } from 'ssh2';
import { UnreachableError } from '../remote/connection.ts';
import type { ConfigLine } from './configFile.ts';
import { matchesPatternList } from './pattern.ts';

/** What one kind of algorithm can be. `offered` is the cheapest first; `more` only where ssh_config names it. */
interface Choice<T extends string> {
  offered: T[];
  more: T[];
}

/** Never dh-group-exchange, which costs 1.4 s of CPU here; nothing with SHA-1 unasked, as OpenSSH since 8.8. */
const KEX: Choice<KexAlgorithm> = {
  offered: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group14-sha256',
    'diffie-hellman-group16-sha512',
  ],
  more: ['diffie-hellman-group18-sha512', 'diffie-hellman-group14-sha1', 'diffie-hellman-group1-sha1'],
};

const CIPHERS: Choice<CipherAlgorithm> = {
  offered: [
    'aes128-gcm@openssh.com',
    'aes256-gcm@openssh.com',
    'chacha20-poly1305@openssh.com',
    'aes128-ctr',
    'aes192-ctr',
    'aes256-ctr',
  ],
  more: ['aes128-cbc', 'aes192-cbc', 'aes256-cbc'],
};

const MACS: Choice<MacAlgorithm> = {
  offered: [
    'hmac-sha2-256-etm@openssh.com',
    'hmac-sha2-512-etm@openssh.com',
    'hmac-sha2-256',
    'hmac-sha2-512',
    'hmac-sha1',
  ],
  more: ['hmac-sha1-etm@openssh.com'],
};

/** The signature algorithms of each host key type, the types cheapest first. */
const HOST_KEY_TYPES = new Map<string, ServerHostKeyAlgorithm[]>([
  ['ssh-ed25519', ['ssh-ed25519']],
  ['ecdsa-sha2-nistp256', ['ecdsa-sha2-nistp256']],
  ['ecdsa-sha2-nistp384', ['ecdsa-sha2-nistp384']],
  ['ecdsa-sha2-nistp521', ['ecdsa-sha2-nistp521']],
  ['ssh-rsa', ['rsa-sha2-512', 'rsa-sha2-256']],
]);

/** Lines of ssh_config that name algorithms, where there are any. */
export interface AlgorithmLines {
  kex: ConfigLine | undefined;
  ciphers: ConfigLine | undefined;
  macs: ConfigLine | undefined;
  hostKeys: ConfigLine | undefined;
}

/**
 * What is offered to a host.
 *
 * @param knownTypes the types of key by which the host is known: they come first, else a host that is known by one
 *   key would show another
 * @throws UnreachableError where ssh_config leaves nothing that can be used
 */
export function algorithmsFor(lines: AlgorithmLines, knownTypes: string[]): Algorithms {
  const types = [...HOST_KEY_TYPES.keys()];
  const ordered = [...types.filter((type) => knownTypes.includes(type)), ...types];
  const hostKeys: Choice<ServerHostKeyAlgorithm> = {
    offered: [...new Set(ordered.flatMap((type) => HOST_KEY_TYPES.get(type) ?? []))],
    more: ['ssh-rsa'],
  };
  return {
    kex: choose(KEX, lines.kex),
    cipher: choose(CIPHERS, lines.ciphers),
    hmac: choose(MACS, lines.macs),
    serverHostKey: choose(hostKeys, lines.hostKeys),
    compress: ['none'],
  };
}

/** A list as ssh_config has it: on its own, or with `+`, `-` or `^` before it as a change to what is offered. */
function choose<T extends string>({ offered, more }: Choice<T>, line: ConfigLine | undefined): T[] {
  if (!line) return offered;
  const change = /^[+^-]/.exec(line.text)?.[0] ?? '';
  const patterns = line.text.slice(change.length).split(',');
  const named = patterns.flatMap((pattern) =>
    [...offered, ...more].filter((name) => matchesPatternList([pattern], name)),
  );
  const rest = offered.filter((name) => !named.includes(name));
  const chosen = { '+': [...offered, ...named], '-': rest, '^': [...named, ...rest] }[change] ?? named;
  if (chosen.length > 0) return [...new Set(chosen)];
  throw new UnreachableError(
    `${line.place}: none of the algorithms of ${line.keyword} ${line.text} is known to the built-in ssh`,
    'Set ansible_connection=openssh for this host',
  );
}
