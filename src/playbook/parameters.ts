import { z } from 'zod';
import { isDict } from '../lib/dict.ts';
import { didYouMean } from '../lib/nearest.ts';
import { placeOfKey, placeOfValue } from '../lib/places.ts';
import { type Place, SourceError } from '../lib/sourceError.ts';
import type { AnyModule } from '../module/define.ts';

interface Parameters {
  names: string[];
  required: string[];
  /** Takes any name besides (`set_fact`). */
  open: boolean;
  /** Schemas of single parameters, where the whole is a plain object. */
  shape: Record<string, z.ZodType>;
}

const known = new WeakMap<AnyModule, Parameters>();

/** The parameters that a module's schema has. */
export function parametersOf(module: AnyModule): Parameters {
  const cached = known.get(module);
  if (cached) return cached;
  const object = objectOf(module.params);
  const shape = (object?.shape ?? {}) as Record<string, z.ZodType>;
  const catchall = object?.def.catchall;
  const made: Parameters = {
    names: Object.keys(shape),
    required: Object.keys(shape).filter((name) => !shape[name]!.safeParse(undefined).success),
    open: catchall !== undefined && !(catchall instanceof z.ZodNever),
    shape,
  };
  known.set(module, made);
  return made;
}

// Refinements and transformations wrap the object that has the names.
function objectOf(schema: z.ZodType): z.ZodObject | undefined {
  if (schema instanceof z.ZodObject) return schema;
  if (schema instanceof z.ZodPipe) {
    return objectOf(schema.def.in as z.ZodType) ?? objectOf(schema.def.out as z.ZodType);
  }
  return undefined;
}

/**
 * Finds unknown parameters, and wrong values of those that need no templating, before any host is touched.
 * `containers` are the maps in which the arguments are written, for places.
 */
export function parameterMistake(
  module: AnyModule,
  args: Record<string, unknown>,
  containers: unknown[],
  place: Place,
): SourceError | undefined {
  const { names, open, shape } = parametersOf(module);
  const written = (name: string): string => {
    const aliases = Object.entries(module.aliases ?? {});
    const alias = aliases.find(
      ([other, meant]) => meant === name && containers.some((map) => hasKey(map, other)),
    );
    return alias && !containers.some((map) => hasKey(map, name)) ? alias[0] : name;
  };
  for (const [name, value] of Object.entries(args)) {
    const holder = containers.find((map) => hasKey(map, written(name)));
    if (!names.includes(name) && !open) {
      const all = [...names, ...Object.keys(module.aliases ?? {})];
      const hint = didYouMean(name, all) ?? `It has: ${names.join(', ') || 'none'}.`;
      return new SourceError(
        `${module.name} has no parameter "${name}"`,
        placeOfKey(holder, name) ?? place,
        hint,
      );
    }
    const schema = shape[name];
    if (!schema || hasTemplate(value) || value === null) continue;
    const parsed = schema.safeParse(value);
    if (parsed.success) continue;
    const at = placeOfValue(holder, written(name)) ?? place;
    return new SourceError(`${module.name}: ${name}: ${issueText(parsed.error.issues)}`, at);
  }
  return undefined;
}

function hasKey(map: unknown, key: string): boolean {
  return isDict(map) && (map instanceof Map ? map.has(key) : Object.hasOwn(map, key));
}

/** Whether a value holds a template or something that only becomes a text at run time (a vault value). */
export function hasTemplate(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('{{') || value.includes('{%') || value.includes('{#');
  if (Array.isArray(value)) return value.some(hasTemplate);
  if (value instanceof Map) return [...value.values()].some(hasTemplate);
  if (typeof value === 'object' && value !== null)
    return !isDict(value) || Object.values(value).some(hasTemplate);
  return false;
}

/** What a schema says against a value, in words. */
export function issueText(issues: readonly z.core.$ZodIssue[]): string {
  return issues
    .map((issue) => (issue.path.length > 0 ? `${issue.path.join('.')}: ${issue.message}` : issue.message))
    .join('; ');
}
