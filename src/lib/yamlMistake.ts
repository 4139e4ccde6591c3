import { Lexer, type YAMLError } from 'yaml';

/** A syntax error in words of what the writer did; `offset` is where in the text. */
export interface Mistake {
  message: string;
  offset: number;
  hint: string | undefined;
}

interface Spot {
  text: string;
  offset: number;
  /** The line that the error is in. */
  line: string;
  /** Offset of the line's start. */
  lineStart: number;
  /** The parser's own message. */
  message: string;
}

const TEMPLATE_START = /^\s*(?:-\s+)*(?:[^\s#'"{][^#'"{]*:\s+)?(\{\{.*)$/;

/** Says what an error of the YAML parser most likely comes from, and how to write it right. */
export function explainMistake(error: YAMLError, text: string): Mistake {
  const spot = spotAt(text, Math.min(error.pos[0], text.length), error.message);
  const explain = byCode[error.code] ?? (() => undefined);
  return tabIndent(spot) ?? unquotedTemplate(spot) ?? explain(spot) ?? plainMessage(spot);
}

/** The mistake of a value that begins with `{{` outside of quotes at `offset`, or of a map used as a key. */
export function explainCollectionKey(text: string, offset: number): Mistake {
  const template = unquotedTemplate(spotAt(text, offset, ''));
  return (
    template ?? { message: 'a map or list cannot be a key', offset, hint: 'Quote the key to make it a text.' }
  );
}

function spotAt(text: string, offset: number, message: string): Spot {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const lineEnd = text.indexOf('\n', offset);
  const line = text.slice(lineStart, lineEnd < 0 ? text.length : lineEnd).replace(/\r$/, '');
  return { text, offset, line, lineStart, message };
}

function tabIndent({ line, lineStart }: Spot): Mistake | undefined {
  const tab = /^ *\t/.exec(line);
  if (!tab) return undefined;
  return {
    message: 'a tab is used as indentation',
    offset: lineStart + tab[0].length - 1,
    hint: 'Indent with spaces; YAML allows no tabs there.',
  };
}

function unquotedTemplate({ line, lineStart }: Spot): Mistake | undefined {
  const match = TEMPLATE_START.exec(line);
  if (!match) return undefined;
  const value = match[1]!.replace(/\s+$/, '');
  const quoted = value.includes('"') ? `'${value.replaceAll("'", "''")}'` : `"${value}"`;
  return {
    message: 'a value that begins with {{ has to be quoted',
    offset: lineStart + line.length - match[1]!.length,
    hint: `Write ${quoted}`,
  };
}

const byCode: Partial<Record<YAMLError['code'], (spot: Spot) => Mistake | undefined>> = {
  MISSING_CHAR: unclosedQuote,
  BLOCK_AS_IMPLICIT_KEY: colonInValue,
  MULTILINE_IMPLICIT_KEY: missingColon,
  UNEXPECTED_TOKEN: unexpected,
  BAD_INDENT: badIndent,
  BAD_SCALAR_START: (spot) => ({
    message: `a value cannot begin with ${spot.text[spot.offset]}`,
    offset: spot.offset,
    hint: 'Put the value in quotes.',
  }),
  BAD_DQ_ESCAPE: (spot) => ({
    message: `${spot.message.replace('Invalid escape sequence ', '')} is no escape that double quotes know`,
    offset: spot.offset,
    hint: 'Use single quotes, or write the backslash twice.',
  }),
  MULTIPLE_DOCS: (spot) => ({
    message: 'a second document begins here, where one is expected',
    offset: spot.offset,
    hint: 'Remove the "---", or put the second document into a file of its own.',
  }),
};

function unclosedQuote(spot: Spot): Mistake | undefined {
  if (!spot.message.includes('quote')) return undefined;
  let offset = 0;
  for (const lexeme of new Lexer().lex(spot.text)) {
    if (isMark(lexeme)) continue;
    if (/^["']/.test(lexeme) && offset + lexeme.length >= spot.offset) break;
    offset += lexeme.length;
  }
  return {
    message: 'this quote is never closed',
    offset,
    hint: `Close it with ${spot.text[offset] ?? 'a quote'}`,
  };
}

// The lexer puts marks of its own between the pieces of the text; they take no room in it.
function isMark(lexeme: string): boolean {
  return /^[\x02\x18\x1f]$/.test(lexeme) || lexeme === '\u{FEFF}';
}

function colonInValue({ text, line, offset, lineStart }: Spot): Mistake {
  const value = line.slice(offset - lineStart);
  const colon = /:(?:\s|$)/.exec(value);
  if (colon) {
    return {
      message: 'an unquoted value has a ": " in it',
      offset: offset + colon.index,
      hint: `Put the value in quotes: '${value.trim().replaceAll("'", "''")}'`,
    };
  }
  const next = lineStart + line.length + 1;
  return {
    message: 'the value above stands on its key’s line, so that no keys can follow below it',
    offset: next + (/^\s*/.exec(text.slice(next))?.[0].length ?? 0),
    hint: 'Check the indentation of this line.',
  };
}

function missingColon({ text, line, offset, lineStart }: Spot): Mistake {
  const written = text.slice(offset, lineStart + line.length).trim();
  if (/^-(?:\s|$)/.test(written)) {
    return {
      message: 'a list item stands where a key is expected',
      offset,
      hint: 'Check the indentation of this line.',
    };
  }
  const tight = /^([^\s:]+):\S/.exec(written);
  const hint = tight
    ? `Put a space after the colon: "${written.replace(':', ': ')}"`
    : `Did you forget the ":" after "${written}"?`;
  return { message: 'a key is expected here, and this line has none', offset, hint };
}

function unexpected({ line, offset, lineStart, message }: Spot): Mistake | undefined {
  const before = line.slice(0, offset - lineStart).trimEnd();
  if (/block-seq-ind on same line/.test(message)) {
    return {
      message: 'a list cannot begin on the line of its key',
      offset,
      hint: 'Put each "- item" on a line of its own.',
    };
  }
  if (!message.includes('at node end')) return undefined;
  if (/["']$/.test(before)) {
    return {
      message: 'text follows the closing quote',
      offset,
      hint: 'Quote the whole value, or nothing of it; inside single quotes a quote is written twice.',
    };
  }
  if (before !== '')
    return {
      message: 'this does not belong to the value before it',
      offset,
      hint: 'Put the whole value in quotes.',
    };
  return {
    message: 'this line does not fit below the lines above',
    offset,
    hint: 'Check its indentation; items of a list all begin with "- ", keys of a map all have a ":".',
  };
}

function badIndent({ text, offset, message }: Spot): Mistake {
  const bracket = /end with a ([\]}])/.exec(message)?.[1];
  if (bracket) {
    return {
      message: `a "${bracket}" is missing before this line`,
      offset,
      hint: `Close the ${bracket === ']' ? 'list' : 'map'} above.`,
    };
  }
  const indent = /^[ ]*/.exec(text.slice(offset))?.[0].length ?? 0;
  return {
    message: 'the indentation of this line fits none of the lines above',
    offset: offset + indent,
    hint: 'Keys of one map, and items of one list, all begin in the same column.',
  };
}

function plainMessage({ message, offset }: Spot): Mistake {
  return { message: message.charAt(0).toLowerCase() + message.slice(1), offset, hint: undefined };
}
