import {
  compare,
  isTruthy,
  TemplateRuntimeError,
  toText,
  tuple,
  typeError,
  valueError,
} from '../../jinja/index.ts';
import { compareVersions as comparePep440 } from '../../lib/pep440.ts';

const OPERATORS: Readonly<Record<string, (order: number) => boolean>> = {
  '==': (order) => order === 0,
  '=': (order) => order === 0,
  eq: (order) => order === 0,
  '<': (order) => order < 0,
  lt: (order) => order < 0,
  '<=': (order) => order <= 0,
  le: (order) => order <= 0,
  '>': (order) => order > 0,
  gt: (order) => order > 0,
  '>=': (order) => order >= 0,
  ge: (order) => order >= 0,
  '!=': (order) => order !== 0,
  '<>': (order) => order !== 0,
  ne: (order) => order !== 0,
};

type Order = (a: string, b: string) => number;

const TYPES: Readonly<Record<string, Order>> = {
  loose: compareLoose,
  strict: compareStrict,
  semver: compareSemantic,
  semantic: compareSemantic,
  pep440: (a, b) => {
    const order = comparePep440(a, b);
    if (order === undefined) throw valueError(`Invalid version: '${a}' or '${b}'`);
    return order;
  },
};

/** Ansible's test `version`: whether `value` stands to `version` as the operator says. */
export function compareVersions(
  value: unknown,
  version: unknown,
  operator: unknown,
  strict: unknown,
  type: unknown,
): boolean {
  if (strict !== null && type !== null) throw valueError("Cannot specify both 'strict' and 'version_type'");
  if (!isTruthy(value)) throw valueError('Input version value cannot be empty');
  if (!isTruthy(version)) throw valueError('Version parameter to compare against cannot be empty');
  const typeName = type !== null ? toText(type) : strict !== null && isTruthy(strict) ? 'strict' : 'loose';
  const order = chosen(TYPES, typeName, 'version type');
  const holds = chosen(OPERATORS, toText(operator), 'operator type');
  return holds(order(toText(value), toText(version)));
}

function chosen<T>(table: Readonly<Record<string, T>>, name: string, what: string): T {
  if (Object.hasOwn(table, name)) return table[name]!;
  throw valueError(`Invalid ${what} (${name}). Must be one of ${Object.keys(table).join(', ')}`);
}

// Digits count as numbers, all else as text; the two cannot be compared with each other.
function looseParts(text: string): (string | number)[] {
  const parts = text.split(/(\d+|[a-z]+|\.)/).filter((part) => part !== '' && part !== '.');
  return parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

/** Order of versions as Python's LooseVersion has it. */
export function compareLoose(a: string, b: string): number {
  try {
    return compare(looseParts(a), looseParts(b));
  } catch (error) {
    if (!(error instanceof TemplateRuntimeError)) throw error;
    throw typeError(`Version comparison failed: ${a} and ${b} have numbers and letters at the same place`);
  }
}

function compareStrict(a: string, b: string): number {
  return compare(strictParts(a), strictParts(b));
}

function strictParts(text: string): unknown[] {
  const found = /^(\d+)\.(\d+)(?:\.(\d+))?(?:([ab])(\d+))?$/.exec(text);
  if (!found) throw valueError(`Version comparison failed: invalid version number '${text}'`);
  const [, major, minor, patch = '0', stage = 'release', number = '0'] = found;
  return [Number(major), Number(minor), Number(patch), stage, Number(number)];
}

const SEMANTIC =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?$/;

// Source: semver.org, precedence.
function compareSemantic(a: string, b: string): number {
  const [left, right] = [semanticParts(a), semanticParts(b)];
  const order = compare(left.core, right.core);
  if (order !== 0) return order;
  if (!left.stage || !right.stage)
    return Number(right.stage !== undefined) - Number(left.stage !== undefined);
  return compare(left.stage, right.stage);
}

// Numbers come before texts.
function semanticParts(text: string): { core: number[]; stage: unknown[] | undefined } {
  const found = SEMANTIC.exec(text);
  if (!found) throw valueError(`Version comparison failed: invalid semantic version '${text}'`);
  const identifiers = found[4]?.split('.');
  return {
    core: found.slice(1, 4).map(Number),
    stage: identifiers?.map((part) => (/^\d+$/.test(part) ? tuple(0, Number(part)) : tuple(1, part))),
  };
}
