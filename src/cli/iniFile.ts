import { SourceError } from '../lib/sourceError.ts';

/** A value with the line on which its key stands. */
interface IniValue {
  value: string;
  line: number;
}

/** Section -> key (lower case) -> value. */
export type IniFile = Map<string, Map<string, IniValue>>;

/**
 * Reads an INI file as Python's configparser does for Ansible: `key = value` or `key: value`, comments behind `#` or
 * `;` at the start of a line and behind ` ;` anywhere, indented lines continue a value, `%%` is a percent sign.
 * Throws SourceError.
 */
export function parseIni(text: string, file: string): IniFile {
  const sections: IniFile = new Map();
  let section: Map<string, IniValue> | undefined;
  let last: IniValue | undefined;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = withoutComment(raw);
    const fail = (message: string): never => {
      throw new SourceError(message, { file, line: index + 1, column: 1 });
    };
    if (line.trim() === '') continue;
    if (/^\s/.test(line) && last) {
      last.value = `${last.value}\n${line.trim()}`;
      continue;
    }
    const header = /^\[(.+)\]$/.exec(line.trim());
    if (header) {
      section = sections.get(header[1]!) ?? new Map();
      sections.set(header[1]!, section);
      last = undefined;
      continue;
    }
    const pair = /^([^=:]+?)\s*[=:]\s*(.*)$/.exec(line.trim());
    if (!pair) fail('a line of the form "key = value" is needed');
    if (!section) fail('a section such as [defaults] is needed before the first key');
    last = { value: pair![2]!, line: index + 1 };
    section!.set(pair![1]!.toLowerCase(), last);
  }
  for (const values of sections.values())
    for (const found of values.values()) found.value = unquoted(found.value);
  return sections;
}

function withoutComment(line: string): string {
  return /^\s*[#;]/.test(line) ? '' : line.replace(/\s;.*$/, '').trimEnd();
}

function unquoted(value: string): string {
  const plain = value.replaceAll('%%', '%').trim();
  return /^(["']).*\1$/s.test(plain) && plain.length > 1 ? plain.slice(1, -1) : plain;
}
