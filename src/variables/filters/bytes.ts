import { valueError } from '../../jinja/index.ts';

// Python's surrogateescape: a byte that is no UTF-8 becomes the lone surrogate U+DC80 to U+DCFF, and back.
const ESCAPED = /[\udc80-\udcff]/;
const FIRST_ESCAPE = 0xdc00;

/** The bytes of a text in UTF-8, with bytes that `textOfBytes` had to escape as they were. */
export function bytesOfText(text: string): Buffer {
  if (!ESCAPED.test(text)) return Buffer.from(text, 'utf8');
  const parts = Array.from(text, (character) => {
    const code = character.codePointAt(0)!;
    const isByte = code >= FIRST_ESCAPE + 0x80 && code <= FIRST_ESCAPE + 0xff;
    return isByte ? Buffer.from([code - FIRST_ESCAPE]) : Buffer.from(character, 'utf8');
  });
  return Buffer.concat(parts);
}

/** The text of bytes in UTF-8; bytes that are none are escaped, so that `bytesOfText` gives the same bytes again. */
export function textOfBytes(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  if (!text.includes('\ufffd')) return text;
  let escaped = '';
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at);
    escaped +=
      length === 0 ? String.fromCharCode(FIRST_ESCAPE + bytes[at]!) : bytes.toString('utf8', at, at + length);
    at += length || 1;
  }
  return escaped;
}

// The length of the valid UTF-8 sequence that begins here, 0 where there is none.
function sequenceLength(bytes: Buffer, at: number): number {
  const first = bytes[at]!;
  const length =
    first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  const sequence = bytes.subarray(at, at + length);
  const decoded = sequence.toString('utf8');
  return sequence.length === length && Buffer.from(decoded, 'utf8').equals(sequence) ? length : 0;
}

type Encoding = { name: 'utf8' | 'latin1' | 'ascii' | 'utf16le'; swapped?: boolean; mark?: boolean };

const ENCODINGS: Readonly<Record<string, Encoding>> = {
  utf8: { name: 'utf8' },
  ascii: { name: 'ascii' },
  latin1: { name: 'latin1' },
  iso88591: { name: 'latin1' },
  utf16: { name: 'utf16le', mark: true },
  utf16le: { name: 'utf16le' },
  utf16be: { name: 'utf16le', swapped: true },
};

function encodingOf(name: string): Encoding {
  const found = ENCODINGS[name.toLowerCase().replace(/[-_ ]/g, '')];
  if (!found)
    throw valueError(
      `the encoding ${name} is not known (known: utf-8, ascii, latin-1, utf-16, utf-16-le, utf-16-be)`,
    );
  return found;
}

/** The bytes of a text in an encoding by its Python name. */
export function encode(text: string, encoding: string): Buffer {
  const { name, swapped, mark } = encodingOf(encoding);
  if (name === 'utf8') return bytesOfText(text);
  const highest = name === 'ascii' ? 0x7f : name === 'latin1' ? 0xff : 0x10ffff;
  const odd = Array.from(text).find((character) => character.codePointAt(0)! > highest);
  if (odd !== undefined) throw valueError(`${odd} cannot be encoded in ${encoding}`);
  const bytes = Buffer.from(mark ? `\ufeff${text}` : text, name);
  return swapped ? bytes.swap16() : bytes;
}

/** The text of bytes in an encoding by its Python name. */
export function decode(bytes: Buffer, encoding: string): string {
  const { name, swapped, mark } = encodingOf(encoding);
  if (name === 'utf8') return textOfBytes(bytes);
  if (name === 'ascii') return textOfBytes(bytes);
  const bigEndian = swapped || (mark && bytes[0] === 0xfe && bytes[1] === 0xff);
  const text = (bigEndian ? Buffer.from(bytes).swap16() : bytes).toString(name);
  return mark ? text.replace(/^\ufeff/, '') : text;
}
