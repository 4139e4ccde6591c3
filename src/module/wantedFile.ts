import { createHash } from 'node:crypto';
import { pythonJson } from '../lib/pythonJson.ts';
import { Secret } from '../lib/secret.ts';
import { DIFF_BYTES } from './contentDiff.ts';
import type { Control, ControlFile } from './define.ts';
import { differs, type FilePlace, type WantedFile } from './fileContent.ts';

/** A file with this text. */
export function wantedText(text: string, source: string): WantedFile {
  return { ...wantedBytes(Buffer.from(text), source), from: { content: text } };
}

const ENCODINGS: Record<string, BufferEncoding> = {
  'utf-8': 'utf8',
  ascii: 'ascii',
  'iso-8859-1': 'latin1',
  'latin-1': 'latin1',
  'utf-16-le': 'utf16le',
};

/** A file with this text in an encoding by Python's name for it. */
export function wantedEncoded(text: string, encoding: string, source: string): WantedFile {
  if (encoding === 'utf-8') return wantedText(text, source);
  return wantedBytes(Buffer.from(text, ENCODINGS[encoding]), source);
}

/** A file with these bytes. */
export function wantedBytes(bytes: Buffer, source: string): WantedFile {
  return {
    sha1: hex('sha1', bytes),
    md5: hex('md5', bytes),
    size: bytes.length,
    source,
    from: { content: bytes },
    bytes,
  };
}

/** A file with a value as `copy` writes it: dictionaries and lists become JSON. */
export function wantedValue(content: unknown, source: string): WantedFile {
  return wantedText(
    typeof content === 'object' && content !== null ? pythonJson(content) : String(content),
    source,
  );
}

/** A file that holds a file of the control side, which is never held in memory but to decrypt it. */
export async function wantedControlFile(
  src: string,
  found: ControlFile,
  decrypt: boolean,
  control: Control,
): Promise<WantedFile> {
  const { file, size, sha1, md5 } = found;
  if (!found.vault || !decrypt) {
    return { sha1, md5, size, source: file, from: { content: { file, size, sha1 } }, bytes: undefined };
  }
  const text = await control.text(src);
  return { ...wantedText(text, file), from: { content: new Secret(text) }, bytes: 'secret' };
}

/** The same with the bytes that a diff needs, where it will be shown and they are few enough. */
export async function withDiffBytes(
  wanted: WantedFile,
  place: FilePlace,
  src: string,
  control: Control,
): Promise<WantedFile> {
  if (wanted.bytes !== undefined || wanted.size > DIFF_BYTES || !differs(place, wanted)) return wanted;
  return { ...wanted, bytes: await control.bytes(src) };
}

function hex(algorithm: 'md5' | 'sha1', bytes: Uint8Array): string {
  return createHash(algorithm).update(bytes).digest('hex');
}
