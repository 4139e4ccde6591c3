import type { z } from 'zod';
import { typeName } from '../jinja/index.ts';
import type { AnyModule } from '../module/define.ts';
import { parametersOf } from './parameters.ts';

type Issue = z.core.$ZodIssue;

/** What is wrong with a task's arguments, in the words that playbooks look for in `msg`: those of ansible-core. */
export function argumentMessage(module: AnyModule, issues: readonly Issue[], args: object): string {
  const missing = issues.filter((issue) => isMissing(issue, args)).map(({ path }) => String(path[0]));
  const others = issues.filter((issue) => !isMissing(issue, args));
  const words = others.map((issue) => wordsOf(issue, module, args));
  if (missing.length > 0) words.unshift(`missing required arguments: ${missing.sort().join(', ')}`);
  return words.join('; ');
}

function isMissing({ path }: Issue, args: object): boolean {
  return path.length === 1 && !Object.hasOwn(args, path[0]!);
}

function wordsOf(issue: Issue, module: AnyModule, args: object): string {
  const name = String(issue.path[0]);
  const value = issue.path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown>)[key], args);
  if (issue.code === 'unrecognized_keys' && issue.message.startsWith('Unrecognized'))
    return unsupported(module, issue.path.map(String), issue.keys);
  if (issue.code === 'invalid_value')
    return `value of ${name} must be one of: ${issue.values.map(String).join(', ')}, got: ${String(value)}`;
  if (issue.code === 'invalid_type') {
    const wanted = TYPES[issue.expected] ?? issue.expected;
    return `argument '${issue.path.join('.')}' is of type ${typeName(value)} and we were unable to convert to ${wanted}`;
  }
  return issue.path.length > 0 && issue.message.startsWith('must ')
    ? `${issue.path.join('.')} ${issue.message}`
    : issue.message;
}

const TYPES: Record<string, string> = {
  array: 'list',
  boolean: 'bool',
  number: 'int',
  object: 'dict',
  record: 'dict',
  string: 'str',
};

function unsupported(module: AnyModule, path: string[], keys: readonly string[]): string {
  const unknown = keys.map((key) => [...path, key].join('.')).join(', ');
  const names = [...parametersOf(module).names].sort().join(', ');
  const aliases = Object.keys(module.aliases ?? {}).sort();
  const also = aliases.length > 0 ? ` (${aliases.join(', ')})` : '';
  return `Unsupported parameters for (${module.name}) module: ${unknown}. Supported parameters include: ${names}${also}.`;
}
