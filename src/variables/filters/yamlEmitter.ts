import { type Layout, newline, type Output, putIndent, putIndicator } from './yamlOutput.ts';
import { analyzeScalar, type ScalarAnalysis } from './yamlScalarStyle.ts';
import { putBlock, putDoubleQuoted, putPlain, putSingleQuoted } from './yamlScalarText.ts';
import type { MappingNode, ScalarNode, SequenceNode, YamlNode } from './yamlText.ts';

/** Where a node stands: what is around it decides what it may look like. */
interface Position {
  /** The column of the collection around it; -1 for the root. */
  indent: number;
  inFlow: boolean;
  inMapping: boolean;
  isKey: boolean;
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
    openEnded: false,
    layout: { ...layout, indent, width },
    anchors: anchorsOf(root),
    written: new Set(),
  };
  emitNode(out, root, { indent: -1, inFlow: false, inMapping: false, isKey: false });
  if (out.column > 0) newline(out);
  return layout.explicitEnd || out.openEnded ? `${out.text}...\n` : out.text;
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
  // A quoted number would be read as a text; the bare mark says that it is something else.
  const tag = node.tag ?? (style !== 'plain' && !node.isText ? '!' : undefined);
  if (tag !== undefined) putIndicator(out, tag, true);
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
