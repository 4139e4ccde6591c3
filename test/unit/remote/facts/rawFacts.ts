import { COLLECTORS } from '../../../../src/remote/facts/index.ts';
import { parseRaw } from '../../../../src/remote/facts/raw.ts';

/** The facts of one collector from what the script would have printed. */
export function factsOf(
  collector: string,
  {
    files = {},
    parts = {},
    exist = [],
  }: { files?: Record<string, string>; parts?: Record<string, string>; exist?: string[] },
) {
  const lines = Object.entries(files).flatMap(([path, text]) =>
    text
      .replace(/\n$/, '')
      .split('\n')
      .map((line) => `${path}:${line}\n`),
  );
  const sections = { exist: `${exist.join('\n')}\n`, files: lines.join(''), ...parts };
  const printed = Object.entries(sections).map(([name, text]) => `\x1e${name}\n${text}`);
  const raw = parseRaw(printed.join(''), '/etc/ansible/facts.d');
  return COLLECTORS.find(({ name }) => name === collector)!.facts(raw);
}
