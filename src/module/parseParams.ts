import { z } from 'zod';
import { didYouMean } from '../lib/nearest.ts';
import type { AnyModule } from './define.ts';

/** What a person sees of one parameter. */
export interface ParamDoc {
  name: string;
  description: string;
  /** 'str', 'bool', 'int', 'float', 'list', 'dict' or 'raw', as Ansible's documentation has them. */
  type: string;
  required: boolean;
  default?: unknown;
  choices?: string[];
  aliases: string[];
}

export type ParsedParams = { params: Record<string, unknown> } | { problems: ParamProblem[] };

/** A mistake in a task's parameters, in words; `parameter` is its name as the playbook wrote it. */
export interface ParamProblem {
  message: string;
  parameter?: string;
  hint?: string;
}

/**
 * Checks and completes the parameters of a task: aliases become names, null counts as not given, defaults come in,
 * texts become the types they stand for.
 */
export function parseParams(definition: AnyModule, raw: Record<string, unknown>): ParsedParams {
  const shape = shapeOf(definition);
  const written = new Map<string, string>();
  const given: Record<string, unknown> = {};
  const problems: ParamProblem[] = [];
  for (const [key, value] of Object.entries(raw)) {
    const name = definition.aliases?.[key] ?? key;
    if ((value === null || value === undefined) && name in shape) continue;
    if (written.has(name)) {
      const message = `parameters "${written.get(name)}" and "${key}" of ${definition.name} mean the same; give one`;
      problems.push({ message, parameter: key });
    }
    written.set(name, key);
    given[name] = value;
  }
  const parsed = definition.params.safeParse(given);
  if (parsed.success && problems.length === 0) return { params: parsed.data };
  const issues = parsed.success
    ? []
    : parsed.error.issues.flatMap((issue) => inWords(issue, definition, given, written));
  return { problems: [...problems, ...issues] };
}

/** The parameters of a module in the order of its file, for reference pages and the command line. */
export function describeParams(definition: AnyModule): ParamDoc[] {
  const schema = z.toJSONSchema(definition.params, { io: 'output', unrepresentable: 'any' });
  const properties = (schema.properties ?? {}) as Record<string, JsonSchema>;
  return Object.entries(shapeOf(definition)).map(([name, param]) => {
    const json = properties[name] ?? {};
    const choices = json.enum ?? json.items?.enum;
    return {
      name,
      description: param.description ?? '',
      type: typeOf(json),
      required: !param.safeParse(undefined).success,
      ...(json.default !== undefined && { default: json.default }),
      ...(choices && { choices }),
      aliases: Object.entries(definition.aliases ?? {}).flatMap(([alias, of]) =>
        of === name ? [alias] : [],
      ),
    };
  });
}

interface JsonSchema {
  type?: string;
  enum?: string[];
  items?: JsonSchema;
  default?: unknown;
}

const TYPES: Record<string, string> = {
  string: 'str',
  boolean: 'bool',
  integer: 'int',
  number: 'float',
  array: 'list',
  object: 'dict',
};

function typeOf(json: JsonSchema): string {
  return TYPES[json.type ?? ''] ?? 'raw';
}

function shapeOf(definition: AnyModule): Record<string, z.ZodType> {
  return definition.params instanceof z.ZodObject
    ? (definition.params.shape as Record<string, z.ZodType>)
    : {};
}

const WANTED: Record<string, string> = {
  boolean: 'yes or no',
  int: 'a whole number',
  number: 'a number',
  string: 'a text',
  array: 'a list',
  record: 'a dictionary',
  object: 'a dictionary',
};

function inWords(
  issue: z.core.$ZodIssue,
  definition: AnyModule,
  given: Record<string, unknown>,
  written: Map<string, string>,
): ParamProblem[] {
  if (issue.code === 'unrecognized_keys' && issue.path.length === 0) {
    const known = [...Object.keys(shapeOf(definition)), ...Object.keys(definition.aliases ?? {})];
    return issue.keys.map((key) => unknownParameter(key, definition.name, known));
  }
  if (issue.path.length === 0) return [{ message: issue.message }];
  const [name, ...inside] = issue.path.map(String);
  const parameter = written.get(name!) ?? name!;
  if (!(name! in given))
    return [{ message: `parameter "${parameter}" of ${definition.name} is missing`, parameter }];
  const where = [parameter, ...inside].join('.');
  const value = issue.path.reduce<unknown>(
    (at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key],
    given,
  );
  return [
    {
      message: `parameter "${where}" of ${definition.name} ${complaint(issue)}${got(issue, value)}`,
      parameter,
    },
  ];
}

function unknownParameter(key: string, module: string, known: string[]): ParamProblem {
  const hint =
    didYouMean(key, known) ?? (known.length > 0 ? `${module} knows: ${known.sort().join(', ')}.` : undefined);
  return { message: `${module} has no parameter "${key}"`, parameter: key, ...(hint && { hint }) };
}

function complaint(issue: z.core.$ZodIssue): string {
  if (issue.message.startsWith('must ')) return issue.message;
  if (issue.code === 'invalid_type') return `must be ${WANTED[issue.expected] ?? issue.expected}`;
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'unrecognized_keys')
    return `has no key ${issue.keys.map((key) => `"${key}"`).join(', ')}`;
  return issue.message;
}

function got(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.code !== 'invalid_type' && issue.code !== 'invalid_value') return '';
  if (typeof value === 'string') return `, not "${value}"`;
  if (Array.isArray(value)) return ', not a list';
  return value !== null && typeof value === 'object' ? ', not a dictionary' : `, not ${String(value)}`;
}
