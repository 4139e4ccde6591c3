const LONGEST_CHAIN = 10;

/**
 * A value of an INI file as Python's configparser interpolates it: `%(name)s` stands for another key of the section,
 * `%%` for a percent sign. Names of `keys` are in lower case. Throws Error where a percent sign is neither.
 */
export function interpolateIni(value: string, keys: ReadonlyMap<string, string | null>, depth = 0): string {
  if (depth > LONGEST_CHAIN) throw new Error('a value refers to itself');
  return value.replace(/%(?:%|\(([^)]*)\)s|)/g, (whole, name?: string) => {
    if (whole === '%%') return '%';
    if (name === undefined) throw new Error(`'%' must be followed by '%' or '(', found: '${value}'`);
    const other = keys.get(name.toLowerCase());
    if (other === undefined) throw new Error(`there is no key ${name}, which '${value}' refers to`);
    return interpolateIni(other ?? '', keys, depth + 1);
  });
}
