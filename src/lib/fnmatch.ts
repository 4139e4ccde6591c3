/** Characters that make a text a shell pattern. */
export function isPattern(text: string): boolean {
  return /[*?[\]]/.test(text);
}

/** The regular expression of a shell pattern over a whole text: `*`, `?`, `[a-z]`, `[!a-z]`, as Python's fnmatch. */
export function patternExpression(pattern: string): RegExp {
  const parts = pattern.match(/\[!?\]?[^\]]*\]|./gs) ?? [];
  return new RegExp(`^${parts.map(partExpression).join('')}$`, 's');
}

function partExpression(part: string): string {
  if (part === '*') return '.*';
  if (part === '?') return '.';
  if (part.length === 1) return part.replace(/[\\^$.|?*+(){}[\]/-]/, '\\$&');
  const inside = part.slice(1, -1).replace(/[\\\]^]/g, '\\$&');
  return inside.startsWith('!') ? `[^${inside.slice(1)}]` : `[${inside}]`;
}
