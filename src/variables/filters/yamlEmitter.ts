import { analyzeScalar, isBreak, needsEscape, type ScalarAnalysis } from './yamlScalarStyle.ts';
import type { MappingNode, ScalarNode, SequenceNode, YamlNode } from './yamlText.ts';

/** How a document is laid out, by the names of PyYAML's `dump`. */
export interface Layout {
  indent: number;
  width: number;
  scalarStyle: string | null;
  explicitStart: boolean;
  explicitEnd: boolean;
}

/** Where a node stands: what is around it decides what it may look like. */
interface Position {
  /** The column of the collection around it; -1 for the root. */
  indent: number;
  inFlow: boolean;
  inMapping: boolean;
  isKey: boolean;
}

interface Output {
  text: string;
  column: number;
  /** Whether a blank or a line's start is last. */
  afterBlank: boolean;
  /** Whether only indentation and dashes are on the line. */
  atIndentation: boolean;
  layout: Layout;
  anchors: Map<YamlNode, string>;
  written: Set<YamlNode>;
}

const LONGEST_KEY = 128;

/**
 * One YAML document as libyaml's emitter, which PyYAML's fast dumper uses, writes it.
 */
export function emitYaml(root: YamlNode, layout: Layout): string {
  const indent = layout.indent < 2 || layout.indent > 9 ? 2 : layout.indent;
  const width = layout.width < 0 ? Number.POSITIVE_INFINITY : layout.width <= indent * 2 ? 80 : layout.width;
  const out: Output = {
    text: layout.explicitStart ? '---' : '',
    column: layout.explicitStart ? 3 : 0,
    afterBlank: !layout.explicitStart,
    atIndentation: !layout.explicitStart,
    layout: { ...layout, indent, width },
    anchors: anchorsOf(root),
    written: new Set(),
  };
  emitNode(out, root, { indent: -1, inFlow: false, inMapping: false, isKey: false });
  if (out.column > 0) newline(out);
  return layout.explicitEnd ? `${out.text}...\n` : out.text;
}

/** Names for the nodes that occur more than once, in the order in which that shows. */
function anchorsOf(root: YamlNode): Map<YamlNode, string> {
  const seen = new Set<YamlNode>();
  const anchors = new Map<YamlNode, string>();
  const visit = (node: YamlNode): void => {
    if (node.kind === 'scalar') return;
    if (seen.has(node)) {
      if (!anchors.has(node)) anchors.set(node, `id${String(anchors.size + 1).padStart(3, '0')}`);
      return;
    }
    seen.add(node);
    if (node.kind === 'sequence') node.items.forEach(visit);
    else for (const entry of node.entries) entry.forEach(visit);
  };
  visit(root);
  return anchors;
}

function put(out: Output, text: string): void {
  out.text += text;
  out.column += text.length > 1 ? Array.from(text).length : 1;
}

function newline(out: Output): void {
  out.text += '\n';
  out.column = 0;
}

function putIndent(out: Output, indent: number): void {
  const column = Math.max(indent, 0);
  if (!out.atIndentation || out.column > column || (out.column === column && !out.afterBlank)) newline(out);
  if (out.column < column) put(out, ' '.repeat(column - out.column));
  out.afterBlank = true;
  out.atIndentation = true;
}

// `blankAfter`: the indicator itself counts as a blank; `indents`: what follows may go on in the same line.
function putIndicator(
  out: Output,
  text: string,
  blankBefore: boolean,
  blankAfter = false,
  indents = false,
): void {
  if (blankBefore && !out.afterBlank) put(out, ' ');
  put(out, text);
  out.afterBlank = blankAfter;
  out.atIndentation &&= indents;
}

function emitNode(out: Output, node: YamlNode, at: Position): void {
  const anchor = out.anchors.get(node);
  if (anchor !== undefined) {
    putIndicator(out, (out.written.has(node) ? '*' : '&') + anchor, true);
    if (out.written.has(node)) return;
    out.written.add(node);
  }
  if (node.kind === 'scalar') emitScalar(out, node, at);
  else if (node.kind === 'sequence') emitSequence(out, node, at);
  else emitMapping(out, node, at);
}

function deeper(out: Output, at: Position, inFlow: boolean): number {
  if (at.indent < 0) return inFlow ? out.layout.indent : 0;
  return at.indent + out.layout.indent;
}

function emitSequence(out: Output, node: SequenceNode, at: Position): void {
  if (at.inFlow || node.flow || node.items.length === 0) {
    emitFlow(out, '[', node.items, ']', at, (item, indent) =>
      emitNode(out, item, { indent, inFlow: true, inMapping: false, isKey: false }),
    );
    return;
  }
  // The items of a list that is the value of a key stand below the key, not right of it.
  const indent = at.inMapping && !out.atIndentation ? at.indent : deeper(out, at, false);
  for (const item of node.items) {
    putIndent(out, indent);
    putIndicator(out, '-', true, false, true);
    emitNode(out, item, { indent, inFlow: false, inMapping: false, isKey: false });
  }
}

function emitFlow<T>(
  out: Output,
  open: string,
  items: readonly T[],
  close: string,
  at: Position,
  emit: (item: T, indent: number) => void,
): void {
  putIndicator(out, open, true, true);
  const indent = deeper(out, at, true);
  items.forEach((item, index) => {
    if (index > 0) putIndicator(out, ',', false);
    if (out.column > out.layout.width) putIndent(out, indent);
    emit(item, indent);
  });
  putIndicator(out, close, false);
}

function emitMapping(out: Output, node: MappingNode, at: Position): void {
  if (at.inFlow || node.flow || node.entries.length === 0) {
    emitFlow(out, '{', node.entries, '}', at, (entry, indent) => emitFlowEntry(out, entry, indent));
    return;
  }
  const indent = deeper(out, at, false);
  const inside = { indent, inFlow: false, inMapping: true };
  for (const [key, value] of node.entries) {
    putIndent(out, indent);
    if (isSimpleKey(out, key)) {
      emitNode(out, key, { ...inside, isKey: true });
      putIndicator(out, ':', false);
    } else {
      putIndicator(out, '?', true, false, true);
      emitNode(out, key, { ...inside, isKey: false });
      putIndent(out, indent);
      putIndicator(out, ':', true, false, true);
    }
    emitNode(out, value, { ...inside, isKey: false });
  }
}

function emitFlowEntry(out: Output, [key, value]: [YamlNode, YamlNode], indent: number): void {
  const inside = { indent, inFlow: true, inMapping: true };
  if (isSimpleKey(out, key)) {
    emitNode(out, key, { ...inside, isKey: true });
    putIndicator(out, ':', false);
  } else {
    putIndicator(out, '?', true);
    emitNode(out, key, { ...inside, isKey: false });
    if (out.column > out.layout.width) putIndent(out, indent);
    putIndicator(out, ':', true);
  }
  emitNode(out, value, { ...inside, isKey: false });
}

function isSimpleKey(out: Output, key: YamlNode): boolean {
  const anchor = out.anchors.get(key)?.length ?? 0;
  if (key.kind === 'sequence') return key.items.length === 0;
  if (key.kind === 'mapping') return key.entries.length === 0;
  const length = anchor + (key.tag?.length ?? 0) + Buffer.byteLength(key.text);
  return length <= LONGEST_KEY && !analyzeScalar(Array.from(key.text)).multiline;
}

type Style = 'plain' | 'single' | 'double' | 'literal' | 'folded';

function emitScalar(out: Output, node: ScalarNode, at: Position): void {
  const characters = Array.from(node.text);
  const analysis = analyzeScalar(characters);
  const style = styleOf(out, node, analysis, at);
  if (node.tag !== undefined) putIndicator(out, node.tag, true);
  const indent = deeper(out, at, true);
  const mayBreak = !at.isKey;
  if (style === 'plain') putPlain(out, characters, indent, mayBreak);
  else if (style === 'single') putSingleQuoted(out, characters, indent, mayBreak);
  else if (style === 'double') putDoubleQuoted(out, characters, indent, mayBreak);
  else putBlock(out, characters, indent, style);
}

const STYLES: Readonly<Record<string, Style>> = {
  "'": 'single',
  '"': 'double',
  '|': 'literal',
  '>': 'folded',
};

function styleOf(out: Output, node: ScalarNode, analysis: ScalarAnalysis, at: Position): Style {
  const wanted = node.tag === '!!binary' ? 'literal' : (STYLES[out.layout.scalarStyle ?? ''] ?? 'plain');
  if (at.isKey && analysis.multiline) return 'double';
  if (wanted === 'literal' || wanted === 'folded') {
    return analysis.block && !at.inFlow && !at.isKey ? wanted : 'double';
  }
  if (wanted === 'double') return 'double';
  const fits = at.inFlow ? analysis.plainInFlow : analysis.plainInBlock;
  const empty = node.text === '' && (at.inFlow || at.isKey);
  if (wanted === 'plain' && fits && !empty && node.plain) return 'plain';
  return analysis.singleQuoted ? 'single' : 'double';
}

// Blanks and breaks are folded in the same way in plain and in single-quoted texts.
function putFolded(
  out: Output,
  characters: readonly string[],
  indent: number,
  mayFold: (index: number) => boolean,
): void {
  let afterSpace = false;
  let afterBreak = false;
  characters.forEach((character, index) => {
    if (character === ' ') {
      const fold =
        !afterSpace && out.column > out.layout.width && mayFold(index) && characters[index + 1] !== ' ';
      if (fold) putIndent(out, indent);
      else put(out, ' ');
      afterSpace = true;
    } else if (isBreak(character)) {
      if (!afterBreak && character === '\n') newline(out);
      putBreak(out, character);
      out.atIndentation = true;
      afterBreak = true;
    } else {
      if (afterBreak) putIndent(out, indent);
      put(out, character);
      out.atIndentation = false;
      afterSpace = false;
      afterBreak = false;
    }
  });
  if (afterBreak) putIndent(out, indent);
}

function putBreak(out: Output, character: string): void {
  out.text += character;
  out.column = 0;
}

function putPlain(out: Output, characters: readonly string[], indent: number, mayBreak: boolean): void {
  if (!out.afterBlank && characters.length > 0) put(out, ' ');
  putFolded(out, characters, indent, () => mayBreak);
  out.afterBlank = false;
  out.atIndentation = false;
}

function putSingleQuoted(
  out: Output,
  characters: readonly string[],
  indent: number,
  mayBreak: boolean,
): void {
  putIndicator(out, "'", true);
  const doubled = characters.map((character) => (character === "'" ? "''" : character));
  const last = characters.length - 1;
  putFolded(out, doubled, indent, (index) => mayBreak && index > 0 && index < last);
  putIndicator(out, "'", false);
  out.afterBlank = false;
  out.atIndentation = false;
}

function putDoubleQuoted(
  out: Output,
  characters: readonly string[],
  indent: number,
  mayBreak: boolean,
): void {
  putIndicator(out, '"', true);
  const last = characters.length - 1;
  let afterSpace = false;
  characters.forEach((character, index) => {
    if (needsEscape(character)) {
      put(out, escapeText(character));
      afterSpace = false;
    } else if (character === ' ') {
      const fold = mayBreak && !afterSpace && out.column > out.layout.width && index > 0 && index < last;
      if (fold) {
        putIndent(out, indent);
        if (characters[index + 1] === ' ') put(out, '\\');
      } else put(out, ' ');
      afterSpace = true;
    } else {
      put(out, character);
      out.atIndentation = false;
      afterSpace = false;
    }
  });
  putIndicator(out, '"', false);
  out.afterBlank = false;
  out.atIndentation = false;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\x1b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
  '\x85': '\\N',
  '\u2028': '\\L',
  '\u2029': '\\P',
};

function escapeText(character: string): string {
  const short = ESCAPES[character];
  if (short !== undefined) return short;
  const digits = character.codePointAt(0)!.toString(16).toUpperCase();
  if (digits.length <= 2) return `\\x${digits.padStart(2, '0')}`;
  return digits.length <= 4 ? `\\u${digits.padStart(4, '0')}` : `\\U${digits.padStart(8, '0')}`;
}

function putBlock(
  out: Output,
  characters: readonly string[],
  indent: number,
  style: 'literal' | 'folded',
): void {
  putIndicator(out, style === 'literal' ? '|' : '>', true);
  putBlockHints(out, characters);
  newline(out);
  out.atIndentation = true;
  out.afterBlank = true;
  if (style === 'literal') putLiteral(out, characters, indent);
  else putFoldedBlock(out, characters, indent);
}

function putBlockHints(out: Output, characters: readonly string[]): void {
  const [first] = characters;
  if (first === ' ' || isBreak(first)) putIndicator(out, String(out.layout.indent), false);
  if (!isBreak(characters.at(-1))) putIndicator(out, '-', false);
  else if (characters.length === 1 || isBreak(characters.at(-2))) putIndicator(out, '+', false);
}

function putLiteral(out: Output, characters: readonly string[], indent: number): void {
  let afterBreak = true;
  for (const character of characters) {
    if (isBreak(character)) {
      putBreak(out, character);
      out.atIndentation = true;
      afterBreak = true;
    } else {
      if (afterBreak) putIndent(out, indent);
      put(out, character);
      out.atIndentation = false;
      afterBreak = false;
    }
  }
}

function putFoldedBlock(out: Output, characters: readonly string[], indent: number): void {
  let afterBreak = true;
  let afterLeadingSpace = true;
  characters.forEach((character, index) => {
    if (isBreak(character)) {
      if (!afterBreak && !afterLeadingSpace && character === '\n') {
        let next = index;
        while (isBreak(characters[next])) next++;
        const following = characters[next];
        if (following !== undefined && following !== ' ' && following !== '\t') newline(out);
      }
      putBreak(out, character);
      out.atIndentation = true;
      afterBreak = true;
      return;
    }
    if (afterBreak) {
      putIndent(out, indent);
      afterLeadingSpace = character === ' ' || character === '\t';
    }
    const next = characters[index + 1];
    if (!afterBreak && character === ' ' && next !== ' ' && out.column > out.layout.width)
      putIndent(out, indent);
    else put(out, character);
    out.atIndentation = false;
    afterBreak = false;
  });
}
