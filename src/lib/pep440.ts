/*
 * Versions and version specifiers of Python packages: https://packaging.python.org/specifications/version-specifiers
 */

interface Version {
  epoch: number;
  release: number[];
  pre?: [string, number];
  post?: number;
  dev?: number;
  local: (string | number)[];
}

/** One clause of a specifier: `>=` and `1.2`. */
export interface Specifier {
  operator: string;
  version: string;
}

/** What pip is asked for, as far as it is a name with versions. */
export interface Requirement {
  /** Normalised: lower case, runs of `-`, `_` and `.` as one `-`. */
  name: string;
  extras: string[];
  specifiers: Specifier[];
  /** An environment marker, behind `;`. */
  marker?: string;
}

const VERSION =
  /^v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(alpha|a|beta|b|preview|pre|c|rc)[-_.]?(\d+)?)?(?:-(\d+)|[-_.]?(post|rev|r)[-_.]?(\d+)?)?(?:[-_.]?(dev)[-_.]?(\d+)?)?(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?$/;

const PRE_NAMES: Record<string, string> = { alpha: 'a', beta: 'b', preview: 'rc', pre: 'rc', c: 'rc' };

/** The one spelling of a project's name under which all its spellings are equal. */
export function normalizedName(name: string): string {
  return name.replace(/[-_.]+/g, '-').toLowerCase();
}

/** Below 0, 0 or above 0 as `a` is older than, equal to or newer than `b`; undefined where one is no version. */
export function compareVersions(a: string, b: string): number | undefined {
  const [one, other] = [parsed(a), parsed(b)];
  return one && other && ordered(one, other);
}

/** Whether a version fulfils all clauses; pre-releases count as versions, as for pip when it looks at what is there. */
export function satisfies(version: string, specifiers: Specifier[]): boolean {
  return specifiers.every((specifier) => fulfils(version, specifier));
}

/** Reads `Flask[async]>=2,<4; python_version > "3.8"`; undefined for URLs, paths and what else is no name. */
export function parseRequirement(text: string): Requirement | undefined {
  const [wanted = '', marker] = text.split(';', 2).map((part) => part.trim());
  const match = /^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[([^\]]*)\])?\s*\(?([^()@]*)\)?$/.exec(
    wanted,
  );
  if (!match) return undefined;
  const specifiers: Specifier[] = [];
  for (const clause of match[3]!.split(',').filter((part) => part.trim() !== '')) {
    const parts = /^\s*(===|==|~=|!=|<=|>=|<|>)\s*(\S+)\s*$/.exec(clause);
    if (!parts) return undefined;
    specifiers.push({ operator: parts[1]!, version: parts[2]! });
  }
  const extras = (match[2] ?? '').split(',').map((extra) => extra.trim());
  return {
    name: normalizedName(match[1]!),
    extras: extras.filter(Boolean),
    specifiers,
    ...(marker && { marker }),
  };
}

function parsed(text: string): Version | undefined {
  const match = VERSION.exec(text.trim().toLowerCase());
  if (!match) return undefined;
  const [, epoch, release, pre, preNumber, dashPost, post, postNumber, dev, devNumber, local] = match;
  return {
    epoch: Number(epoch ?? 0),
    release: release!.split('.').map(Number),
    ...(pre && { pre: [PRE_NAMES[pre] ?? pre, Number(preNumber ?? 0)] }),
    ...((dashPost ?? post) && { post: Number(dashPost ?? postNumber ?? 0) }),
    ...(dev && { dev: Number(devNumber ?? 0) }),
    local: (local ?? '')
      .split(/[-_.]/)
      .filter(Boolean)
      .map((part) => (/^\d+$/.test(part) ? Number(part) : part)),
  };
}

function ordered(a: Version, b: Version): number {
  return (
    a.epoch - b.epoch ||
    orderedReleases(a.release, b.release) ||
    orderedPairs(preKey(a), preKey(b)) ||
    (a.post ?? -1) - (b.post ?? -1) ||
    // A development release comes before what it develops.
    (a.dev ?? Number.MAX_SAFE_INTEGER) - (b.dev ?? Number.MAX_SAFE_INTEGER) ||
    orderedLocals(a.local, b.local)
  );
}

function orderedReleases(a: number[], b: number[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

// 1.0.dev1 < 1.0a1.dev1 < 1.0a1 < 1.0 < 1.0.post1.dev1 < 1.0.post1
function preKey({ pre, post, dev }: Version): [string, number] {
  if (pre) return pre;
  return post === undefined && dev !== undefined ? ['', 0] : ['~', 0];
}

function orderedPairs(a: [string, number], b: [string, number]): number {
  if (a[0] !== b[0]) return a[0] < b[0] ? -1 : 1;
  return a[1] - b[1];
}

function orderedLocals(a: (string | number)[], b: (string | number)[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [one, other] = [a[i], b[i]];
    if (one === other) continue;
    if (one === undefined) return -1;
    if (other === undefined) return 1;
    if (typeof one === 'number' && typeof other === 'number') return one - other;
    // Numbers come after words.
    if (typeof one !== typeof other) return typeof one === 'number' ? 1 : -1;
    return one < other ? -1 : 1;
  }
  return 0;
}

function fulfils(text: string, { operator, version: asked }: Specifier): boolean {
  if (operator === '===') return text.toLowerCase() === asked.toLowerCase();
  const version = parsed(text);
  const wanted = parsed(asked.replace(/\.\*$/, ''));
  if (!version || !wanted) return false;
  const plain = { ...version, local: [] };
  switch (operator) {
    case '==':
      return equals(version, wanted, asked);
    case '!=':
      return !equals(version, wanted, asked);
    case '>=':
      return ordered(plain, wanted) >= 0;
    case '<=':
      return ordered(plain, wanted) <= 0;
    case '~=':
      return (
        ordered(plain, wanted) >= 0 &&
        startsWith(version, { ...wanted, release: wanted.release.slice(0, -1) })
      );
    case '<':
      return (
        ordered(plain, wanted) < 0 && (isPre(wanted) || !isPre(version) || !sameRelease(version, wanted))
      );
    case '>':
      return (
        ordered(plain, wanted) > 0 &&
        (wanted.post !== undefined || version.post === undefined || !sameRelease(version, wanted))
      );
    default:
      return false;
  }
}

function equals(version: Version, wanted: Version, asked: string): boolean {
  if (asked.endsWith('.*')) return startsWith(version, wanted);
  return ordered(wanted.local.length > 0 ? version : { ...version, local: [] }, wanted) === 0;
}

function startsWith(version: Version, prefix: Version): boolean {
  return (
    version.epoch === prefix.epoch && prefix.release.every((part, i) => (version.release[i] ?? 0) === part)
  );
}

function isPre({ pre, dev }: Version): boolean {
  return pre !== undefined || dev !== undefined;
}

function sameRelease(a: Version, b: Version): boolean {
  return a.epoch === b.epoch && orderedReleases(a.release, b.release) === 0;
}
