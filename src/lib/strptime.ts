const FIELDS: Record<string, string> = {
  Y: '(?<year>\\d{4})',
  y: '(?<shortYear>\\d{2})',
  m: '(?<month>1[0-2]|0?[1-9])',
  d: '(?<day>3[01]|[12]\\d|0?[1-9])',
  H: '(?<hour>2[0-3]|[01]?\\d)',
  M: '(?<minute>[0-5]?\\d)',
  S: '(?<second>6[01]|[0-5]?\\d)',
  '%': '%',
};

/** A date and time without a time zone. */
export interface PlainTime {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

/** Reads a time by a format of Python's `strptime` with %Y %y %m %d %H %M %S and %%. Throws where they do not fit. */
export function parseTime(text: string, format: string): PlainTime {
  const pattern = format.replace(/%(.)|[^%]/gs, (whole, field) => {
    if (field === undefined) return whole.replace(/[\\^$.*+?()[\]{}|]/, '\\$&');
    const known = FIELDS[field];
    if (known === undefined)
      throw new Error(`the time format "${format}" has %${field}, which is not supported`);
    return known;
  });
  const found = new RegExp(`^${pattern}$`).exec(text)?.groups;
  if (!found) throw new Error(`time data "${text}" does not match format "${format}"`);
  const number = (field: string, fallback: number) => Number(found[field] ?? fallback);
  const short =
    found.shortYear === undefined
      ? 1900
      : Number(found.shortYear) + (Number(found.shortYear) < 69 ? 2000 : 1900);
  return {
    year: number('year', short),
    month: number('month', 1),
    day: number('day', 1),
    hour: number('hour', 0),
    minute: number('minute', 0),
    second: number('second', 0),
  };
}
