import { type PublicKey, publicKeys } from '../lib/openpgp.ts';
import { TaskFailure } from './plan.ts';
import type { Reads } from './reads.ts';
import type { Step } from './step.ts';

/** Where apt looks for keys that it trusts for every repository. */
export const KEY_PARTS = '/etc/apt/trusted.gpg.d';

const FETCH_SECONDS = 60;

export interface Keyring {
  path: string;
  keys: PublicKey[];
}

export interface KeySource {
  data?: string | undefined;
  file?: string | undefined;
  url?: string | undefined;
  keyserver?: string | undefined;
  id?: string | undefined;
  validate_certs: boolean;
}

/** One keyring, or all that apt trusts. */
export async function readKeyrings(keyring: string | undefined, host: Reads): Promise<Keyring[]> {
  const entries = keyring === undefined ? ((await host.entries({ path: KEY_PARTS })) ?? []) : [];
  const parts = entries.map(({ path }) => path).filter((path) => /\.(gpg|asc)$/.test(path));
  const paths = keyring === undefined ? ['/etc/apt/trusted.gpg', ...parts] : [keyring];
  const contents = await Promise.all(paths.map((path) => host.content({ path })));
  return paths.flatMap((path, i) => (contents[i] ? [{ path, keys: keysIn(contents[i], path) }] : []));
}

export function keysIn(data: Uint8Array, from: string): PublicKey[] {
  try {
    return publicKeys(data);
  } catch (error) {
    throw new TaskFailure(`${from} holds no keys that can be read: ${(error as Error).message}`);
  }
}

/** The key file that a task names, from wherever it comes. */
export async function keyData(
  { data, file, url, keyserver, id, validate_certs }: KeySource,
  host: Reads,
): Promise<Uint8Array> {
  if (data !== undefined) return Buffer.from(data);
  if (file !== undefined) {
    const content = await host.content({ path: file });
    if (!content) throw new TaskFailure(`there is no file ${file}`);
    return content;
  }
  const from = url ?? keyserverUrl(keyserver!, id!);
  const answer = await host.http({
    url: from,
    method: 'GET',
    followRedirects: true,
    validateCerts: validate_certs,
    seconds: FETCH_SECONDS,
  });
  if (answer.status !== 200) {
    throw new TaskFailure(
      `Failed to download key at ${from}: ${answer.error ?? `HTTP Error ${answer.status}: ${answer.reason}`}`,
    );
  }
  return answer.body;
}

// The way that key servers answer over HTTP (HKP); its own port where none is given.
function keyserverUrl(server: string, id: string): string {
  const [, scheme = 'hkp', host = ''] = /^(?:(\w+):\/\/)?(.*?)\/?$/.exec(server) ?? [];
  const web = scheme === 'hkp' ? 'http' : scheme === 'hkps' ? 'https' : scheme;
  const port = scheme === 'hkp' && !/:\d+$/.test(host) ? ':11371' : '';
  return `${web}://${host}${port}/pks/lookup?op=get&options=mr&search=0x${id.replace(/^0x/i, '').replaceAll(' ', '')}`;
}

/** Writes a keyring anew. */
export function ringStep(path: string, keys: PublicKey[]): Step {
  const content = Buffer.concat(keys.map(({ bytes }) => bytes));
  return {
    kind: 'put',
    path,
    content: path.endsWith('.asc') ? armored(content) : content,
    attributes: { mode: 0o644 },
  };
}

// apt tells armored keyrings from binary ones by the end of their names.
function armored(content: Buffer): string {
  const lines = content.toString('base64').replace(/.{64}(?=.)/g, '$&\n');
  return `-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n${lines}\n-----END PGP PUBLIC KEY BLOCK-----\n`;
}
