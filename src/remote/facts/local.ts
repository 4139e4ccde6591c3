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
  // By turns: path and text, exit code.
  const pieces = (raw.parts.get('local') ?? '').split('\x1d').slice(1);
  const facts: Record<string, unknown> = {};
  for (let i = 0; i + 1 < pieces.length; i += 2) {
    const end = pieces[i]!.indexOf('\n');
    const path = pieces[i]!.slice(0, end);
    const name = path.slice(path.lastIndexOf('/') + 1).replace('.fact', '');
    const code = pieces[i + 1]!;
    facts[name] =
      code === '' || code === '0'
        ? parsed(pieces[i]!.slice(end + 1), path)
        : `Failure executing fact script (${path}), rc: ${code}`;
  }
  return facts;
}

function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return ini(text) ?? `error loading facts as JSON or ini - please check content: ${path}`;
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
