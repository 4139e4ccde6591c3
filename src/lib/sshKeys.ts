/** A line of an authorized_keys file that holds a key. */
export interface AuthorizedKey {
  type: string;
  /** The key itself, base64. */
  blob: string;
  /** Options by name, in order; undefined for those without a value. */
  options: [string, string | undefined][];
  comment: string;
}

const TYPE = /^(?:ssh-|sk-|ecdsa-|rsa-sha2-|webauthn-)[\w@.-]+$/;

/** Reads one line; undefined for what is no key. */
export function parseAuthorizedKey(line: string): AuthorizedKey | undefined {
  const words = line
    .replaceAll('\\#', '#')
    .trim()
    .split(/[ \t]+/);
  if (words[0]?.startsWith('#')) return undefined;
  const at = words.findIndex((word) => TYPE.test(word));
  const [type, blob, ...comment] = words.slice(at);
  if (at < 0 || !type || !blob) return undefined;
  return { type, blob, options: parseKeyOptions(words.slice(0, at).join(' ')), comment: comment.join(' ') };
}

/** Options with commas between; commas in quotes belong to a value. */
export function parseKeyOptions(text: string): [string, string | undefined][] {
  const parts = text.match(/(?:[^,"']|"[^"]*"|'[^']*')+/g) ?? [];
  return parts.map((part) => {
    const at = part.indexOf('=');
    return at < 0 ? [part, undefined] : [part.slice(0, at), part.slice(at + 1)];
  });
}

// As Ansible writes it: with a blank behind the key even where there is no comment.
function authorizedKeyLine({ type, blob, options, comment }: AuthorizedKey): string {
  const text = options.map(([name, value]) => (value === undefined ? name : `${name}=${value}`)).join(',');
  return `${text === '' ? '' : `${text} `}${type} ${blob} ${comment}`;
}

function sameAuthorizedKey(a: AuthorizedKey, b: AuthorizedKey): boolean {
  return authorizedKeyLine(a) === authorizedKeyLine(b);
}

/** A line of the file, with the key in it where it has one. */
export interface AuthorizedLine {
  text: string;
  key?: AuthorizedKey | undefined;
}

export function authorizedLines(text: string): AuthorizedLine[] {
  const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n');
  return lines.map((line) => ({ text: line, key: parseAuthorizedKey(line) }));
}

/** New keys go to the end, as does one whose options or comment differ; undefined where nothing is to be done. */
export function withKeys(
  lines: AuthorizedLine[],
  keys: AuthorizedKey[],
  exclusive: boolean,
): string | undefined {
  const missing = keys.filter((key) => !lines.some((line) => line.key && sameAuthorizedKey(line.key, key)));
  const isMissing = (blob: string) => missing.some((key) => key.blob === blob);
  const isWanted = (blob: string) => keys.some((key) => key.blob === blob);
  const kept = lines.filter(({ key }) =>
    exclusive ? key && isWanted(key.blob) && !isMissing(key.blob) : !key || !isMissing(key.blob),
  );
  if (missing.length === 0 && kept.length === lines.length) return undefined;
  return joined([...kept.map(({ text }) => text), ...missing.map(authorizedKeyLine)]);
}

/** Without these keys, whatever their options and comments. */
export function withoutKeys(lines: AuthorizedLine[], keys: AuthorizedKey[]): string | undefined {
  const kept = lines.filter(({ key }) => !key || !keys.some(({ blob }) => blob === key.blob));
  return kept.length === lines.length ? undefined : joined(kept.map(({ text }) => text));
}

function joined(lines: string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
