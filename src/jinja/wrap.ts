import { TemplateRuntimeError } from './errors.ts';

interface WrapOptions {
  readonly width: number;
  readonly breakLongWords: boolean;
  readonly breakOnHyphens: boolean;
}

/** Breaks one line of text into lines of at most `width` characters, as Python's textwrap does. */
export function wrapText(text: string, options: WrapOptions): string[] {
  if (options.width <= 0) {
    throw new TemplateRuntimeError(`invalid width ${options.width} (must be > 0)`, 'ValueError');
  }
  const chunks = chunksOf(text, options.breakOnHyphens).reverse();
  const lines: string[] = [];
  while (chunks.length > 0) {
    if (lines.length > 0 && isBlank(chunks.at(-1)!)) chunks.pop();
    const line = takeLine(chunks, options);
    if (line.length > 0 && isBlank(line.at(-1)!)) line.pop();
    if (line.length > 0) lines.push(line.join(''));
  }
  return lines;
}

function isBlank(chunk: string): boolean {
  return chunk.trim() === '';
}

/** Takes the chunks of one line off the end of `chunks`. */
function takeLine(chunks: string[], { width, breakLongWords, breakOnHyphens }: WrapOptions): string[] {
  const line: string[] = [];
  let length = 0;
  while (chunks.length > 0 && length + chunks.at(-1)!.length <= width) {
    const chunk = chunks.pop()!;
    line.push(chunk);
    length += chunk.length;
  }
  const next = chunks.at(-1);
  if (next === undefined || next.length <= width) return line;
  if (breakLongWords) {
    const room = width - length;
    const hyphen = breakOnHyphens ? next.lastIndexOf('-', room - 1) : -1;
    const cut = hyphen > 0 && /[^-]/.test(next.slice(0, hyphen)) ? hyphen + 1 : room;
    line.push(next.slice(0, cut));
    chunks[chunks.length - 1] = next.slice(cut);
  } else if (line.length === 0) {
    line.push(chunks.pop()!);
  }
  return line;
}

/** Words and the blanks between them; words may be cut behind hyphens and around dashes. */
function chunksOf(text: string, breakOnHyphens: boolean): string[] {
  const parts = text.split(/([\t\n\v\f\r ]+)/).filter((part) => part !== '');
  return breakOnHyphens ? parts.flatMap(hyphenParts) : parts;
}

function hyphenParts(word: string): string[] {
  return word.split(/(?<=[\p{L}]{2}-)(?=[\p{L}]{2}|[\p{L}]-)|(?<=[^\s-])(?=-{2,}\w)|(?<=\w-{2,})(?=\w)/u);
}
