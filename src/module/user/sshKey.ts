import { createHash } from 'node:crypto';
import { Secret } from '../../lib/secret.ts';
import { shellQuote } from '../../lib/shell.ts';
import type { Reads, Stat } from '../reads.ts';
import type { RunStep, Step } from '../step.ts';
import type { UserParams } from './params.ts';

/** The key of a user as it is. */
export interface SshKey {
  path: string;
  folder: { path: string; stat: Stat | undefined };
  isThere: boolean;
  comment: string;
  /** The public part, where it is there. */
  publicKey: string | undefined;
}

export async function readSshKey(
  params: UserParams,
  home: string,
  host: Reads,
  hostName: string,
): Promise<SshKey> {
  const file = params.ssh_key_file ?? `.ssh/id_${params.ssh_key_type}`;
  const path = file.startsWith('/') ? file : `${home}/${file}`;
  const folder = path.slice(0, path.lastIndexOf('/')) || '/';
  const [key, content, stat, ownName] = await Promise.all([
    host.stat({ path }),
    host.content({ path: `${path}.pub` }),
    host.stat({ path: folder, follow: true }),
    params.ssh_key_comment === undefined ? host.content({ path: '/proc/sys/kernel/hostname' }) : undefined,
  ]);
  const publicKey = content && Buffer.from(content).toString().trim();
  return {
    path,
    folder: { path: folder, stat },
    isThere: key !== undefined || content !== undefined,
    comment:
      params.ssh_key_comment ??
      `ansible-generated on ${ownName ? Buffer.from(ownName).toString().trim() : hostName}`,
    publicKey,
  };
}

/** Steps that make a key; the last one prints the fingerprint and the public part. */
export function sshKeySteps(params: UserParams, { path, folder, isThere, comment }: SshKey): Step[] {
  const folders: Step[] = folder.stat
    ? []
    : [{ kind: 'mkdir', path: folder.path, attributes: { mode: 0o700 } }];
  const old = isThere ? [path, `${path}.pub`] : [];
  const made = [...(folder.stat ? [] : [folder.path]), path, `${path}.pub`];
  return [
    ...folders,
    ...old.map((one): Step => ({ kind: 'remove', path: one })),
    generateStep(params, path, comment),
    // The colon stands for the primary group, whatever it is.
    { kind: 'run', argv: ['chown', '--', `${params.name}:`, ...made], touches: made },
    {
      kind: 'run',
      script: `ssh-keygen -l -f ${shellQuote(path)}.pub && cat ${shellQuote(path)}.pub`,
      title: KEY_TITLE,
      touches: [],
    },
  ];
}

export const KEY_TITLE = 'show the public key';

/** `2048 SHA256:... comment (RSA)`, as `ssh-keygen -l` prints it. */
export function fingerprint(publicKey: string): string {
  const [type = '', blob = '', ...comment] = publicKey.split(' ');
  const bytes = Buffer.from(blob, 'base64');
  const sum = createHash('sha256').update(bytes).digest('base64').replace(/=+$/, '');
  const name = type.replace(/^ssh-|^ecdsa-.*/, (start) => (start === 'ssh-' ? '' : 'ecdsa')).toUpperCase();
  return `${keyBits(type, bytes)} SHA256:${sum} ${comment.join(' ') || 'no comment'} (${name})`;
}

function keyBits(type: string, blob: Buffer): number {
  if (type !== 'ssh-rsa') return Number(/nistp(\d+)/.exec(type)?.[1] ?? 256);
  // Fields with their length before them: name, exponent, modulus; a leading zero byte keeps the modulus positive.
  let at = 0;
  for (let i = 0; i < 2; i++) at += 4 + blob.readUInt32BE(at);
  const modulus = blob.subarray(at + 4);
  const first = modulus.findIndex((byte) => byte !== 0);
  return (modulus.length - first) * 8 - (Math.clz32(modulus[first]!) - 24);
}

function generateStep(params: UserParams, path: string, comment: string): RunStep {
  const { ssh_key_type: type, ssh_key_bits: bits, ssh_key_passphrase: passphrase } = params;
  const argv = [
    'ssh-keygen',
    '-q',
    '-t',
    type,
    ...(bits > 0 ? ['-b', String(bits)] : []),
    '-C',
    comment,
    '-f',
    path,
  ];
  const touches = [path, `${path}.pub`];
  if (passphrase === undefined) return { kind: 'run', argv: [...argv, '-N', ''], touches };
  // ssh-keygen takes a passphrase from argv, where all see it, or from a program that it asks.
  return {
    kind: 'run',
    script: `d=$(mktemp -d) || exit
trap 'rm -rf "$d"' EXIT
cat > "$d/passphrase"
printf '#!/bin/sh\\ncat "%s/passphrase"\\n' "$d" > "$d/ask" && chmod 700 "$d/ask" || exit
SSH_ASKPASS="$d/ask" SSH_ASKPASS_REQUIRE=force ${argv.map(shellQuote).join(' ')} </dev/null`,
    stdin: new Secret(passphrase),
    title: argv.join(' '),
    touches,
  };
}
