import { toRepr, toText } from '../../jinja/index.ts';
import { type Lookup, type LookupOptions, lookupError } from './context.ts';
import { parseKeyValues } from './keyValues.ts';

const NUMBER = '(0?x?[0-9a-f]+)';
const SHORTCUT = new RegExp(`^(?:${NUMBER}-)?${NUMBER}(?:/${NUMBER})?(?::(.+))?$`, 'i');
const FIELDS = ['start', 'end', 'stride', 'count', 'format'] as const;

type Fields = Partial<Record<(typeof FIELDS)[number], string>>;

// [start-]end[/stride][:format], or key=value.
function fieldsOf(term: string): Fields {
  const short = SHORTCUT.exec(term);
  if (short) {
    const [, start, end, stride, format] = short;
    return given({ start, end, stride, format });
  }
  const { values } = parseKeyValues(term);
  const odd = [...values.keys()].filter((name) => !(FIELDS as readonly string[]).includes(name));
  if (odd.length > 0) throw lookupError(`unrecognized arguments to with_sequence: ${toRepr(odd)}`);
  return Object.fromEntries(values);
}

function given(fields: Readonly<Record<string, string | undefined>>): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function fromOptions(options: LookupOptions): Fields {
  return given(
    Object.fromEntries(
      FIELDS.map((name) => [name, options[name] === undefined ? undefined : toText(options[name])]),
    ),
  );
}

function integer(text: string, name: string): number {
  const [, sign, digits] = /^\s*([-+]?)(.*?)\s*$/s.exec(text) ?? [];
  const value = /^0[0-7]+$/.test(digits!) ? Number.parseInt(digits!, 8) : Number(digits || Number.NaN);
  if (!Number.isSafeInteger(value))
    throw lookupError(`Invalid type for '${name}': an integer is needed, not "${text}"`);
  return sign === '-' ? -value : value;
}

function numbersOf(fields: Fields): number[] {
  const start = integer(fields.start ?? '1', 'start');
  const stride = integer(fields.stride ?? '1', 'stride');
  const end = endOf(fields, start, stride);
  if (end === undefined || stride === 0) return [];
  if (stride > 0 && end < start) throw lookupError('to count backwards make stride negative');
  if (stride < 0 && end > start) throw lookupError("to count forward don't make stride negative");
  const length = Math.floor((end - start) / stride) + 1;
  return Array.from({ length }, (_, index) => start + index * stride);
}

function endOf({ end, count }: Fields, start: number, stride: number): number | undefined {
  if (end === undefined && count === undefined)
    throw lookupError('must specify count or end in with_sequence');
  if (end !== undefined && count !== undefined)
    throw lookupError("can't specify both count and end in with_sequence");
  if (end !== undefined) return integer(end, 'end');
  const wanted = integer(count!, 'count');
  return wanted === 0 ? undefined : start + wanted * stride - 1;
}

const CONVERSION = /%([-+ 0#]*)(\d*)([diosxX])/;

/** The numbers of a sequence as texts, by a format of C's printf for integers. */
export const sequence: Lookup = (terms, _context, options) => {
  const rest = terms.length === 0 && Object.keys(options).length > 0 ? [''] : terms;
  return rest.flatMap((term) => {
    const fields = { ...fromOptions(options), ...(term === '' ? {} : fieldsOf(toText(term))) };
    const format = fields.format ?? '%d';
    const numbers = numbersOf(fields);
    if (numbers.length > 0 && (format.split('%').length !== 2 || !CONVERSION.test(format))) {
      throw lookupError(`bad formatting string: ${format}`);
    }
    return numbers.map((number) =>
      format.replace(CONVERSION, (_, flags, width, kind) => formatted(number, flags, width, kind)),
    );
  });
};

function formatted(number: number, flags: string, width: string, kind: string): string {
  const base = kind === 'o' ? 8 : kind.toLowerCase() === 'x' ? 16 : 10;
  const digits = Math.abs(number).toString(base);
  const prefix = flags.includes('#') && base !== 10 ? `0${base === 8 ? 'o' : kind}` : '';
  const sign = number < 0 ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  const before = sign + prefix;
  const shown = kind === 'X' ? digits.toUpperCase() : digits;
  const size = Number(width || 0);
  if (flags.includes('-')) return (before + shown).padEnd(size);
  return flags.includes('0')
    ? before + shown.padStart(size - before.length, '0')
    : (before + shown).padStart(size);
}
