/**
 * Below 0, 0 or above 0 as version `a` of a Debian package is older than, equal to or newer than `b`:
 * deb-version(7), `[epoch:]upstream[-revision]`.
 */
export function compareDebianVersions(a: string, b: string): number {
  const [one, other] = [split(a), split(b)];
  return (
    one.epoch - other.epoch ||
    comparePart(one.upstream, other.upstream) ||
    comparePart(one.revision, other.revision)
  );
}

function split(version: string): { epoch: number; upstream: string; revision: string } {
  const colon = version.indexOf(':');
  const rest = version.slice(colon + 1);
  const dash = rest.lastIndexOf('-');
  return {
    epoch: Number(version.slice(0, Math.max(0, colon))),
    upstream: dash < 0 ? rest : rest.slice(0, dash),
    revision: dash < 0 ? '' : rest.slice(dash + 1),
  };
}

// By turns: what stands before digits, then the digits as a number.
function comparePart(a: string, b: string): number {
  const [one, other] = [turns(a), turns(b)];
  for (let i = 0; i < Math.max(one.length, other.length); i++) {
    const [text = '', digits = ''] = one[i] ?? [];
    const [otherText = '', otherDigits = ''] = other[i] ?? [];
    const difference = compareTexts(text, otherText) || Number(digits) - Number(otherDigits);
    if (difference !== 0) return difference;
  }
  return 0;
}

function turns(part: string): [string, string][] {
  return [...part.matchAll(/(\D*)(\d*)/g)].map((match) => [match[1]!, match[2]!]);
}

function compareTexts(a: string, b: string): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = rank(a[i]) - rank(b[i]);
    if (difference !== 0) return difference;
  }
  return 0;
}

// `~` comes before the end, the end before letters, letters before all else.
function rank(char: string | undefined): number {
  if (char === '~') return -1;
  if (char === undefined) return 0;
  return /[A-Za-z]/.test(char) ? char.charCodeAt(0) : char.charCodeAt(0) + 256;
}
