import type { NameNode, TargetNode } from './ast.ts';
import {
  advance,
  expectOperator,
  expectType,
  fail,
  isOperator,
  isWord,
  peek,
  type Stream,
  since,
  skipOperator,
} from './parser-stream.ts';
import { describeToken } from './tokens.ts';

const reserved: readonly string[] = ['true', 'True', 'false', 'False', 'none', 'None'];

/** Parses a single name that is given a value. */
export function parseNameTarget(stream: Stream): NameNode {
  const token = expectType(stream, 'name');
  if (reserved.includes(token.value)) throw fail(stream, `can't assign to '${token.value}'`, token);
  return { kind: 'name', name: token.value, at: since(stream, token.start) };
}

/**
 * Parses what is given a value: a name or several with commas, nested in parentheses where need be.
 * `until` are the words that end it.
 */
export function parseTarget(
  stream: Stream,
  until: readonly string[],
  namespaces = false,
  single = false,
): TargetNode {
  const { start } = peek(stream);
  const first = parseOne(stream, namespaces);
  if (single || !isOperator(stream, ',')) return first;
  const items = [first];
  while (skipOperator(stream, ',')) {
    if (isOperator(stream, '=') || isOperator(stream, ')') || until.some((word) => isWord(stream, word)))
      break;
    items.push(parseOne(stream, namespaces));
  }
  return { kind: 'targets', items, at: since(stream, start) };
}

function parseOne(stream: Stream, namespaces: boolean): TargetNode {
  const token = peek(stream);
  if (skipOperator(stream, '(')) {
    const target = parseTarget(stream, [], namespaces);
    expectOperator(stream, ')');
    return target;
  }
  if (token.type !== 'name') throw fail(stream, `can't assign to '${describeToken(token)}'`, token);
  if (!namespaces || !isOperator(stream, '.', 1)) return parseNameTarget(stream);
  advance(stream);
  advance(stream);
  const attribute = expectType(stream, 'name').value;
  return { kind: 'namespaceTarget', namespace: token.value, attribute, at: since(stream, token.start) };
}
