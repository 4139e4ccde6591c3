import { interpolateIni } from '../../lib/iniInterpolation.ts';
import type { Collector } from './collector.ts';
import type { Raw } from './raw.ts';

/** The admin's own facts: `*.fact` files, or what they print when they are executable; JSON or INI. */
export const localCollector: Collector = {
  name: 'local',
  minimal: true,
  parts: ['local'],
  facts: (raw) => ({ local: localFacts(raw) }),
};

function localFacts(raw: Raw): Record<string, unknown> {
  // By turns: path and text, exit code; `!` for a file that is not there.
  const pieces = (raw.parts.get('local') ?? '').split('\x1d').slice(1);
  const facts: Record<string, unknown> = {};
  for (let i = 0; i + 1 < pieces.length; i += 2) {
    const end = pieces[i]!.indexOf('\n');
    const path = pieces[i]!.slice(0, end);
    const name = path.slice(path.lastIndexOf('/') + 1).replace('.fact', '');
    const code = pieces[i + 1]!;
    facts[name] = localFact(path, pieces[i]!.slice(end + 1), code);
  }
  return facts;
}

function localFact(path: string, text: string, code: string): unknown {
  if (code === '!') return `Could not stat fact (${path}): there is no such file`;
  if (code !== '' && code !== '0') return `Failure executing fact script (${path}), rc: ${code}`;
  try {
    return JSON.parse(text);
  } catch {
    const sections = ini(text);
    return sections
      ? interpolated(sections, path)
      : `error loading facts as JSON or ini - please check content: ${path}`;
  }
}

function interpolated(sections: Record<string, Record<string, string>>, path: string): unknown {
  try {
    return Object.fromEntries(
      Object.entries(sections).map(([title, options]) => {
        const keys = new Map(Object.entries(options));
        return [
          title,
          Object.fromEntries([...keys].map(([name, value]) => [name, interpolateIni(value, keys)])),
        ];
      }),
    );
  } catch (error) {
    return `error loading facts as ini - please check content: ${path} (${(error as Error).message})`;
  }
}

/** Sections of options as Python's configparser reads them: names in lower case, values go on in indented lines. */
function ini(text: string): Record<string, Record<string, string>> | undefined {
  const sections: Record<string, Record<string, string>> = {};
  const defaults: Record<string, string> = {};
  let section: Record<string, string> | undefined;
  let last: string | undefined;
  for (const line of text.split('\n')) {
    if (/^\s*([#;]|$)/.test(line)) continue;
    if (section && last !== undefined && /^\s/.test(line)) {
      section[last] += `\n${line.trim()}`;
      continue;
    }
    const title = /^\[([^\]]+)\]/.exec(line)?.[1];
    if (title !== undefined) {
      section = title === 'DEFAULT' ? defaults : {};
      if (title !== 'DEFAULT') sections[title] = section;
      last = undefined;
      continue;
    }
    const pair = /^([^=:]+?)\s*[=:]\s*(.*)$/.exec(line);
    if (!section || !pair) return undefined;
    last = pair[1]!.toLowerCase();
    section[last] = pair[2]!.trim();
  }
  return Object.fromEntries(
    Object.entries(sections).map(([name, options]) => [name, { ...defaults, ...options }]),
  );
}
