/** One part of an assembled file. */
export interface Fragment {
  name: string;
  bytes: Uint8Array;
}

/**
 * The parts joined in the order of their names: each begins on a line of its own, after the delimiter where there is
 * one, in which `\n`, `\t` and the like stand for what they mean.
 */
export function assembled(fragments: Fragment[], delimiter: string | undefined): Buffer {
  const between = delimiter ? withNewline(Buffer.from(unescaped(delimiter))) : Buffer.alloc(0);
  const sorted = fragments.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const parts = sorted.flatMap(({ bytes }, i) => {
    if (i === sorted.length - 1) return [bytes];
    return [withNewline(bytes), between];
  });
  return Buffer.concat(parts);
}

const CONTROL: Record<string, string> = { n: '\n', r: '\r', t: '\t', '\\': '\\', "'": "'", '"': '"' };

function unescaped(text: string): string {
  return text.replace(/\\(?:x([0-9a-fA-F]{2})|(.))/gs, (whole, hex, letter) =>
    hex === undefined ? (CONTROL[letter] ?? whole) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function withNewline(bytes: Uint8Array): Uint8Array {
  return bytes.at(-1) === 10 ? bytes : Buffer.concat([bytes, Buffer.from('\n')]);
}
