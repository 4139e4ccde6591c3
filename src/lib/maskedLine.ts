const SECRET_KEY = String.raw`[\w.-]*(?:passw(?:or)?d|passphrase|secret|token|api_?key|private_?key)[\w.-]*`;

// What follows a key of such a name: in quotes, or up to the next pair of a flow map, or as a word of `key=value`.
const QUOTED = String.raw`"(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?`;
const PAIR = new RegExp(
  String.raw`(${SECRET_KEY}["']?(?:\s*:\s+|\s*=\s*))(${QUOTED}|(?<=:\s+)[^\s,}\]{[|>!&*#][^,}]*|(?<==\s*)[^\s,}\]]+)`,
  'gi',
);

/**
 * A line of a source as it may be shown in an error: what is written there for a password, a secret or a token, and is
 * no template, is masked. The keys decide, so a secret under another name is shown.
 */
export function maskedLine(line: string): string {
  return line.replace(PAIR, (whole, key: string, value: string) =>
    /\{\{.*\}\}/.test(value) || /^(["']?)(?:yes|no|true|false|null|omit|)\1\s*$/i.test(value)
      ? whole
      : `${key}********`,
  );
}
