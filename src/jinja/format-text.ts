import { typeName } from './compare.ts';
import type { CallContext, Kwargs } from './environment.ts';
import { TemplateRuntimeError, typeError, valueError } from './errors.ts';
import {
  type Alignment,
  formatFloatType,
  generalText,
  groupDigits,
  padNumber,
  padText,
} from './format-number.ts';
import { characterOf, characters } from './sequences.ts';
import { floatRepr, toRepr, toText } from './text.ts';
import { requireDefined } from './undefined.ts';
import { isFloat, isInt } from './values.ts';

interface Field {
  /** Name or number with its attributes and items, as written. */
  readonly path: string;
  readonly conversion: string;
  readonly spec: string;
}

/** Python's `format.format(*args, **kwargs)`. */
export function formatText(
  format: string,
  args: readonly unknown[],
  kwargs: Kwargs,
  context: CallContext,
): string {
  const state = { next: 0, numbered: false };
  const lookup = (path: string) => resolveField(path, args, kwargs, state, context);
  return expand(format, lookup, context, 2);
}

type Lookup = (path: string) => unknown;

function expand(format: string, lookup: Lookup, context: CallContext, depth: number): string {
  if (depth === 0) throw valueError('Max string recursion exceeded');
  let text = '';
  let at = 0;
  while (at < format.length) {
    const brace = nextBrace(format, at);
    text += format.slice(at, brace);
    if (brace === format.length) break;
    const character = format[brace]!;
    if (format[brace + 1] === character) {
      text += character;
      at = brace + 2;
      continue;
    }
    if (character === '}') throw valueError("Single '}' encountered in format string");
    const end = closingBrace(format, brace);
    const field = parseField(format.slice(brace + 1, end));
    const value = lookup(field.path);
    const spec = field.spec.includes('{') ? expand(field.spec, lookup, context, depth - 1) : field.spec;
    text += formatField(value, field.conversion, spec, context);
    context.budget.checkLength(text.length);
    at = end + 1;
  }
  return text;
}

function nextBrace(format: string, from: number): number {
  for (let at = from; at < format.length; at++) if (format[at] === '{' || format[at] === '}') return at;
  return format.length;
}

function closingBrace(format: string, from: number): number {
  let open = 0;
  for (let at = from; at < format.length; at++) {
    if (format[at] === '{') open++;
    else if (format[at] === '}' && --open === 0) return at;
  }
  throw valueError(
    from === format.length - 1
      ? "Single '{' encountered in format string"
      : "expected '}' before end of string",
  );
}

function parseField(text: string): Field {
  const [, path, conversion, spec] =
    /^([^!:[]*(?:\[[^\]]*\][^!:[]*)*)(?:!(.?))?(?::(.*))?$/s.exec(text) ?? [];
  if (path === undefined) throw valueError(`'{${text}}' is no field of a format`);
  return { path, conversion: conversion ?? '', spec: spec ?? '' };
}

function resolveField(
  path: string,
  args: readonly unknown[],
  kwargs: Kwargs,
  state: { next: number; numbered: boolean },
  context: CallContext,
): unknown {
  const [, first, rest] = /^([^.[]*)(.*)$/s.exec(path)!;
  let value: unknown;
  if (first === '' || /^\d+$/.test(first!)) {
    if (first === '' ? state.numbered : state.next > 0) {
      throw valueError('cannot switch between automatic and manual field numbering');
    }
    if (first !== '') state.numbered = true;
    const index = first === '' ? state.next++ : Number(first);
    if (index >= args.length) {
      throw new TemplateRuntimeError(
        `Replacement index ${index} out of range for positional args tuple`,
        'IndexError',
      );
    }
    value = args[index];
  } else {
    if (!(first! in kwargs)) throw new TemplateRuntimeError(toRepr(first), 'KeyError');
    value = kwargs[first!];
  }
  for (const [, attribute, item] of rest!.matchAll(/\.([^.[]+)|\[([^\]]+)\]/g)) {
    if (attribute !== undefined) value = requireDefined(context.attribute(value, attribute));
    else value = requireDefined(context.item(value, /^\d+$/.test(item!) ? Number(item) : item));
  }
  return value;
}

function formatField(value: unknown, conversion: string, spec: string, context: CallContext): string {
  if (conversion === 'r' || conversion === 'a') return formatSpec(toRepr(value), spec, context);
  if (conversion === 's') return formatSpec(toText(value), spec, context);
  if (conversion !== '') throw valueError(`Unknown conversion specifier '${conversion}'`);
  return formatSpec(value, spec, context);
}

const specPattern =
  /^(?:(?<fill>.)(?=[<>=^]))?(?<align>[<>=^])?(?<sign>[-+ ])?z?(?<alternate>#)?(?<zero>0)?(?<width>\d+)?(?<group>[,_])?(?:\.(?<digits>\d+))?(?<type>[a-zA-Z%])?$/su;

/** Python's `format(value, spec)`. */
function formatSpec(value: unknown, spec: string, context: CallContext): string {
  requireDefined(value);
  if (spec === '') return toText(value);
  const groups = specPattern.exec(spec)?.groups;
  if (!groups) throw valueError(`Invalid format specifier '${spec}' for object of type '${typeName(value)}'`);
  context.budget.checkCharacters(Math.max(Number(groups.width ?? 0), Number(groups.digits ?? 0)));
  if (typeof value === 'string') return textSpec(value, groups);
  if (typeof value === 'boolean') return numberSpec(Number(value), groups, spec);
  if (isInt(value) || isFloat(value)) return numberSpec(value, groups, spec);
  throw typeError(`unsupported format string passed to ${typeName(value)}.__format__`);
}

type Groups = Readonly<Record<string, string | undefined>>;

function textSpec(text: string, groups: Groups): string {
  if (groups.type !== undefined && groups.type !== 's') throw unknownCode(groups.type, text);
  if (groups.group !== undefined) throw valueError(`Cannot specify '${groups.group}' with 's'.`);
  if (groups.sign !== undefined) throw valueError('Sign not allowed in string format specifier');
  if (groups.align === '=') throw valueError("'=' alignment not allowed in string format specifier");
  const cut = groups.digits === undefined ? text : characters(text).slice(0, Number(groups.digits)).join('');
  const fill = groups.fill ?? (groups.zero ? '0' : ' ');
  return padText(cut, Number(groups.width ?? 0), (groups.align as Alignment | undefined) ?? '<', fill);
}

function unknownCode(type: string, value: unknown): TemplateRuntimeError {
  return valueError(`Unknown format code '${type}' for object of type '${typeName(value)}'`);
}

function numberSpec(value: unknown, groups: Groups, spec: string): string {
  const type = groups.type ?? '';
  const body =
    isInt(value) && !'eEfFgG%'.includes(type || ' ')
      ? integerBody(value, type, groups)
      : floatBody(value, type, groups);
  if (body === undefined) throw unknownCode(type, value);
  const signed = body.startsWith('-')
    ? body
    : groups.sign === '+'
      ? `+${body}`
      : groups.sign === ' '
        ? ` ${body}`
        : body;
  const width = Number(groups.width ?? 0);
  const align = (groups.align as Alignment | undefined) ?? (groups.zero ? '=' : '>');
  const fill = groups.fill ?? (groups.zero ? '0' : ' ');
  if (groups.group !== undefined && !'dfFeEgG%bxXo'.includes(type || 'd'))
    throw valueError(`Invalid format specifier '${spec}'`);
  const size = 'bxXo'.includes(type || 'd') ? 4 : 3;
  const grouped = groups.group === undefined ? signed : groupDigits(signed, groups.group, size);
  return padNumber(grouped, width, align, fill);
}

const bases: Readonly<Record<string, readonly [base: number, prefix: string]>> = {
  '': [10, ''],
  d: [10, ''],
  n: [10, ''],
  b: [2, '0b'],
  o: [8, '0o'],
  x: [16, '0x'],
  X: [16, '0X'],
};

function integerBody(value: number | bigint, type: string, groups: Groups): string | undefined {
  if (type === 'c') return characterOf(Number(value));
  const base = bases[type];
  if (!base) return undefined;
  if (groups.digits !== undefined) throw valueError('Precision not allowed in integer format specifier');
  const magnitude = (value < 0 ? -BigInt(value) : BigInt(value)).toString(base[0]);
  const text = (groups.alternate ? base[1] : '') + (type === 'X' ? magnitude.toUpperCase() : magnitude);
  return value < 0 ? `-${text}` : text;
}

function floatBody(value: unknown, type: string, groups: Groups): string | undefined {
  const number = Number(value);
  const digits = groups.digits === undefined ? undefined : Number(groups.digits);
  const alternate = groups.alternate !== undefined;
  if (type === '%') return `${formatFloatType(number * 100, 'f', digits ?? 6, alternate)}%`;
  if (type !== '' && 'eEfFgG'.includes(type)) return formatFloatType(number, type, digits ?? 6, alternate);
  if (type === 'n') return formatFloatType(number, 'g', digits ?? 6, alternate);
  if (type !== '') return undefined;
  if (digits === undefined || !Number.isFinite(number)) return floatRepr(number);
  // Without a type it is `g` with at least one digit behind the point, for which it keeps room.
  const significant = Math.max(digits, 1);
  const general = generalText(number, significant, alternate, significant - 1);
  return /^-?\d+$/.test(general) ? `${general}.0` : general;
}
