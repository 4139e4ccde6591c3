/**
 * Whether a text matches one of a list of patterns with `*` and `?`, and none that begins with `!`
 * (ssh_config(5), "PATTERNS"). The same rule serves Host lines, Match criteria and known_hosts.
 */
export function matchesPatternList(patterns: string[], text: string): boolean {
  let matched = false;
  for (const pattern of patterns) {
    const negated = pattern.startsWith('!');
    if (!wildcard(negated ? pattern.slice(1) : pattern).test(text)) continue;
    if (negated) return false;
    matched = true;
  }
  return matched;
}

const wildcards = new Map<string, RegExp>();

/** The pattern as an expression; kept, since the same few patterns are asked for every host. */
export function wildcard(pattern: string): RegExp {
  let expression = wildcards.get(pattern);
  if (!expression) {
    const source = pattern
      .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
      .replace(/\*+/g, '.*')
      .replaceAll('?', '.');
    expression = new RegExp(`^${source}$`, 's');
    wildcards.set(pattern, expression);
  }
  return expression;
}
