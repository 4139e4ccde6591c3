/** One line of a sources.list: an entry, or anything else (`entry` is undefined then). */
interface SourceLine {
  text: string;
  /** `deb [options] uri suite components`, with single blanks. */
  entry?: string;
  enabled: boolean;
}

/** An entry in its plain form; undefined for what is none or is commented out. */
export function sourceEntry(line: string): string | undefined {
  const { entry, enabled } = sourceLine(line);
  return enabled ? entry : undefined;
}

/** Whether a sources.list has an entry that is switched on. */
export function hasEntry(text: string, entry: string): boolean {
  return linesOf(text).some((line) => line.entry === entry && line.enabled);
}

/** With every commented-out line of this entry switched on; the text as it was where there is none. */
export function withEntryEnabled(text: string, entry: string): string {
  const lines = linesOf(text).map((line) => (line.entry === entry && !line.enabled ? entry : line.text));
  return joined(lines);
}

/** Without the entry; empty where nothing else was there. */
export function withoutEntry(text: string, entry: string): string {
  return joined(linesOf(text).flatMap((line) => (line.entry === entry && line.enabled ? [] : [line.text])));
}

/** The file name that Ansible would choose for an entry: host and path of its URI, `_` for all but letters and digits. */
export function suggestedFile(entry: string): string {
  const bare = entry.replace(/\[[^\]]+\]/g, '').replace(/\w+:\/\//g, '');
  const [uri = ''] = bare.split(/\s+/).filter((word) => word !== '' && word !== 'deb' && word !== 'deb-src');
  const host = uri.slice(uri.indexOf('@') + 1);
  return host
    .replace(/[^A-Za-z0-9]/g, ' ')
    .trim()
    .split(/\s+/)
    .join('_');
}

function linesOf(text: string): SourceLine[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n').map(sourceLine);
}

function sourceLine(text: string): SourceLine {
  const trimmed = text.trim();
  const enabled = !trimmed.startsWith('#');
  const bare = (enabled ? trimmed : trimmed.slice(1)).replace(/#.*$/, '').trim();
  const words = bare.split(/\s+/);
  if (words[0] !== 'deb' && words[0] !== 'deb-src') return { text, enabled };
  return { text, entry: words.join(' '), enabled };
}

function joined(lines: string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
