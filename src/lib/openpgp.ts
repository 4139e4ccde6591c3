import { createHash } from 'node:crypto';

/** A public key as a keyring holds it: its own packets and those that belong to it. */
export interface PublicKey {
  /** Upper-case hex, of the primary key. */
  fingerprint: string;
  /** Fingerprints of the primary key and its subkeys. */
  all: string[];
  /** The packets, in binary form. */
  bytes: Buffer;
}

const PRIMARY_KEY = 6;
const SUBKEY = 14;

/** The keys in a keyring or key file, armored or binary (RFC 4880, keys of version 4). Throws for what is neither. */
export function publicKeys(data: Uint8Array): PublicKey[] {
  const bytes = dearmored(Buffer.from(data));
  const keys: PublicKey[] = [];
  let start = 0;
  for (const packet of packets(bytes)) {
    if (packet.tag === PRIMARY_KEY) {
      start = packet.start;
      const fingerprint = fingerprintOf(packet.body);
      keys.push({ fingerprint, all: [fingerprint], bytes: bytes.subarray(start, packet.end) });
      continue;
    }
    const key = keys.at(-1);
    if (!key) throw new Error('this is no public key');
    key.bytes = bytes.subarray(start, packet.end);
    if (packet.tag === SUBKEY) key.all.push(fingerprintOf(packet.body));
  }
  return keys;
}

/** Whether a key is the one with this id: the end of a fingerprint, of 8, 16 or 40 digits, also with `0x` before it. */
export function hasId(key: PublicKey, id: string): boolean {
  const wanted = id.replace(/^0x/i, '').replaceAll(' ', '').toUpperCase();
  return wanted !== '' && key.all.some((fingerprint) => fingerprint.endsWith(wanted));
}

function fingerprintOf(body: Buffer): string {
  const head = Buffer.from([0x99, body.length >> 8, body.length & 255]);
  return createHash('sha1').update(head).update(body).digest('hex').toUpperCase();
}

function dearmored(data: Buffer): Buffer {
  const text = data.toString('latin1');
  if (!text.includes('-----BEGIN PGP')) return data;
  const blocks = [...text.matchAll(/-----BEGIN PGP PUBLIC KEY BLOCK-----\r?\n([\s\S]*?)-----END PGP/g)];
  return Buffer.concat(
    blocks.map(([, block]) => {
      // Headers up to an empty line, then base64, then a checksum behind `=`.
      const lines = block!.split(/\r?\n/);
      const body = lines.slice(lines.findIndex((line) => line.trim() === '') + 1);
      return Buffer.from(body.filter((line) => !line.startsWith('=')).join(''), 'base64');
    }),
  );
}

interface Packet {
  tag: number;
  body: Buffer;
  start: number;
  end: number;
}

function* packets(data: Buffer): Generator<Packet> {
  let at = 0;
  while (at < data.length) {
    const start = at;
    const first = data[at++]!;
    if ((first & 0x80) === 0) throw new Error('this is no OpenPGP data');
    const isNew = (first & 0x40) !== 0;
    const [length, size] = isNew ? newLength(data, at) : oldLength(data, at, first & 3);
    at += size;
    const end = at + length;
    if (end > data.length) throw new Error('OpenPGP data ends too early');
    yield { tag: isNew ? first & 63 : (first >> 2) & 15, body: data.subarray(at, end), start, end };
    at = end;
  }
}

// Length, and how many bytes it takes.
function newLength(data: Buffer, at: number): [number, number] {
  const first = data[at] ?? 0;
  if (first < 192) return [first, 1];
  if (first < 224) return [((first - 192) << 8) + (data[at + 1] ?? 0) + 192, 2];
  if (first === 255 && at + 5 <= data.length) return [data.readUInt32BE(at + 1), 5];
  throw new Error('OpenPGP packets in parts are no keys');
}

function oldLength(data: Buffer, at: number, kind: number): [number, number] {
  if (kind === 0) return [data[at] ?? 0, 1];
  if (kind === 1 && at + 2 <= data.length) return [data.readUInt16BE(at), 2];
  if (kind === 2 && at + 4 <= data.length) return [data.readUInt32BE(at), 4];
  throw new Error('OpenPGP packets without a length are no keys');
}
