import type { SyntaxOptions } from './environment.ts';
import { type Source, TemplateSyntaxError } from './errors.ts';
import { lexExpression } from './lexer-expression.ts';
import { type ReadString, rawString, unescapeString } from './lexer-string.ts';
import type { Token } from './tokens.ts';

/**
 * Cuts a template into tokens: text between tags as `data`, tags as `block_begin` ... `block_end` and
 * `variable_begin` ... `variable_end` with the tokens of their contents. Comments leave nothing. The
 * rules for blanks and newlines around tags (`-`, `+`, trim_blocks, lstrip_blocks) are applied here.
 */
export function lexTemplate(source: Source, options: SyntaxOptions): Token[] {
  const text = source.text;
  const opener = openerPattern(options);
  const endings = endingPatterns(options);
  const tokens: Token[] = [];
  let at = 0;
  let afterNewline = true;

  const pushData = (end: number, start: number) => {
    if (end > start) tokens.push({ type: 'data', value: text.slice(start, end), start, end });
  };

  while (at < text.length) {
    const found = nextOpener(text, at, opener);
    if (!found) {
      pushData(text.length, at);
      break;
    }
    pushData(dataEnd(text, at, found, options, afterNewline), at);
    at = found.contentStart;
    if (found.kind === 'comment') at = commentEnd(source, found, endings.comment);
    else if (found.kind === 'lineComment') at = lineEnd(text, at);
    else if (found.kind === 'raw') at = lexRaw(source, found, endings.rawEnd, options, tokens);
    else at = lexTag(source, found, endings, tokens);
    afterNewline = text[at - 1] === '\n';
  }
  return tokens;
}

type OpenerKind = 'block' | 'variable' | 'comment' | 'raw' | 'lineStatement' | 'lineComment';

interface Opener {
  readonly kind: OpenerKind;
  /** `-`, `+` or nothing. */
  readonly sign: string;
  readonly start: number;
  readonly contentStart: number;
}

/** How tags end, and how the strings within them are read. */
interface Endings {
  readonly block: RegExp;
  readonly variable: RegExp;
  readonly comment: RegExp;
  readonly rawEnd: RegExp;
  readonly lineStatement: RegExp;
  readonly variableString: ReadString;
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}

/** One pattern that finds the next start of anything; the longest start wins where several fit. */
function openerPattern(options: SyntaxOptions): RegExp {
  const block = escapePattern(options.blockStart);
  const kinds: [length: number, pattern: string][] = [
    [options.commentStart.length, `(?<comment>${escapePattern(options.commentStart)})(?<commentSign>[-+]?)`],
    [options.blockStart.length, `(?<block>${block})(?<blockSign>[-+]?)`],
    [
      options.variableStart.length,
      `(?<variable>${escapePattern(options.variableStart)})(?<variableSign>[-+]?)`,
    ],
  ];
  if (options.lineStatementPrefix !== undefined) {
    const prefix = escapePattern(options.lineStatementPrefix);
    kinds.push([
      options.lineStatementPrefix.length,
      `(?<lineStatement>^[ \\t\\v]*${prefix})(?<lineStatementSign>[-+]?)`,
    ]);
  }
  if (options.lineCommentPrefix !== undefined) {
    const prefix = escapePattern(options.lineCommentPrefix);
    kinds.push([options.lineCommentPrefix.length, `(?<lineComment>(?:^|(?<=\\S))[^\\S\\r\\n]*${prefix})`]);
  }
  kinds.sort((a, b) => b[0] - a[0]);
  const blockEnd = escapePattern(options.blockEnd);
  const raw = `(?<raw>${block}(?<rawSign>[-+]?)\\s*raw\\s*(?:-${blockEnd}\\s*|${blockEnd}))`;
  return new RegExp([raw, ...kinds.map(([, pattern]) => pattern)].join('|'), 'gm');
}

function endingPatterns(options: SyntaxOptions): Endings {
  const newline = options.trimBlocks ? '\\n?' : '';
  const block = tagEnd(options.blockEnd, newline);
  return {
    block: new RegExp(block, 'y'),
    variable: new RegExp(
      `-${escapePattern(options.variableEnd)}\\s*|${escapePattern(options.variableEnd)}`,
      'y',
    ),
    comment: new RegExp(tagEnd(options.commentEnd, newline), 'g'),
    rawEnd: new RegExp(`${escapePattern(options.blockStart)}([-+]?)\\s*endraw\\s*(?:${block})`, 'g'),
    lineStatement: /\s*(?:\n|$)/my,
    variableString: options.keepBackslashes ? rawString : unescapeString,
  };
}

function tagEnd(end: string, newline: string): string {
  const pattern = escapePattern(end);
  return `\\+${pattern}|-${pattern}\\s*|${pattern}${newline}`;
}

const openerKinds: readonly OpenerKind[] = [
  'raw',
  'comment',
  'block',
  'variable',
  'lineStatement',
  'lineComment',
];

function nextOpener(text: string, from: number, pattern: RegExp): Opener | undefined {
  pattern.lastIndex = from;
  const match = pattern.exec(text);
  if (!match) return undefined;
  const groups = match.groups!;
  const kind = openerKinds.find((candidate) => groups[candidate] !== undefined)!;
  return {
    kind,
    sign: groups[`${kind}Sign`] ?? '',
    start: match.index,
    contentStart: match.index + match[0].length,
  };
}

/** Where the text before a tag ends, once the blanks that the tag swallows are off. */
function dataEnd(
  text: string,
  from: number,
  opener: Opener,
  options: SyntaxOptions,
  afterNewline: boolean,
): number {
  if (opener.sign === '-') return from + text.slice(from, opener.start).trimEnd().length;
  if (opener.sign === '+' || !options.lstripBlocks || opener.kind === 'variable') return opener.start;
  const data = text.slice(from, opener.start);
  const lineStart = data.lastIndexOf('\n') + 1;
  const atLineStart = lineStart > 0 || afterNewline;
  return atLineStart && data.slice(lineStart).trim() === '' ? from + lineStart : opener.start;
}

function commentEnd(source: Source, opener: Opener, pattern: RegExp): number {
  pattern.lastIndex = opener.contentStart;
  const match = pattern.exec(source.text);
  if (match) return match.index + match[0].length;
  throw new TemplateSyntaxError(
    'Missing end of comment tag',
    rangeOf(source, opener.start, opener.contentStart),
  );
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

function lexRaw(
  source: Source,
  opener: Opener,
  pattern: RegExp,
  options: SyntaxOptions,
  tokens: Token[],
): number {
  pattern.lastIndex = opener.contentStart;
  const match = pattern.exec(source.text);
  if (!match) {
    throw new TemplateSyntaxError(
      'Missing end of raw directive',
      rangeOf(source, opener.start, opener.contentStart),
    );
  }
  const closing: Opener = { kind: 'raw', sign: match[1]!, start: match.index, contentStart: match.index };
  const start = opener.contentStart;
  const end = dataEnd(source.text, start, closing, options, false);
  if (end > start) tokens.push({ type: 'data', value: source.text.slice(start, end), start, end });
  return match.index + match[0].length;
}

function lexTag(source: Source, opener: Opener, endings: Endings, tokens: Token[]): number {
  const isVariable = opener.kind === 'variable';
  const kind = isVariable ? 'variable' : 'block';
  const ending = isVariable
    ? endings.variable
    : opener.kind === 'block'
      ? endings.block
      : endings.lineStatement;
  const { start, contentStart } = opener;
  tokens.push({ type: `${kind}_begin`, value: '', start, end: contentStart });
  const end = lexExpression(
    source,
    contentStart,
    tokens,
    ending,
    isVariable ? endings.variableString : unescapeString,
  );
  if (end === undefined && opener.kind !== 'lineStatement') return source.text.length;
  const last = tokens.at(-1)!.end;
  tokens.push({ type: `${kind}_end`, value: '', start: last, end: end ?? source.text.length });
  return end ?? source.text.length;
}

function rangeOf(source: Source, start: number, end: number) {
  return { source, start, end };
}
