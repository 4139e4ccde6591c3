import { curlConfig, type HttpRequest } from '../lib/curl.ts';
import { Secret } from '../lib/secret.ts';
import { shellQuote } from '../lib/shell.ts';
import type { ChecksumAlgorithm } from './reads.ts';
import type { RunStep } from './step.ts';

export const ALGORITHMS = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'] as const;

/** A checksum that a file must have. */
export interface Sum {
  algorithm: ChecksumAlgorithm;
  /** Lower-case hex. */
  hex: string;
}

/** What a download is to do. */
export interface Download {
  request: HttpRequest;
  path: string;
  sum: Sum | undefined;
  backup: boolean;
}

/** What a download did, as its script printed it. */
export interface Downloaded {
  status: number;
  /** SHA-1 of what came. */
  source: string;
  /** SHA-1 of what was there before. */
  before: string | undefined;
  size: number;
  backupFile: string | undefined;
}

/** `sha256:HEX`, or with a URL in place of the hex; undefined where it is neither. */
export function checksumParts(text: string): { algorithm: ChecksumAlgorithm; rest: string } | undefined {
  const [, name = '', rest = ''] = /^([a-z0-9]+):(.+)$/is.exec(text.trim()) ?? [];
  const algorithm = ALGORITHMS.find((one) => one === name.toLowerCase());
  if (!algorithm) return undefined;
  if (/^(https?|ftp|file):/i.test(rest)) return { algorithm, rest };
  const hex = rest.replace(/\W+/g, '').toLowerCase();
  return /^[0-9a-f]+$/.test(hex) ? { algorithm, rest: hex } : undefined;
}

/** The checksum of a file in a list of checksums (`HEX  NAME`, `NAME` with or without `*` or `./`; or one hex alone). */
export function sumInList(list: string, name: string): string | undefined {
  const rows = list.split(/\r?\n/).filter((line) => line.trim() !== '');
  const [first] = rows;
  if (rows.length === 1 && /^\s*[0-9a-fA-F]+\s*$/.test(first!)) return first!.trim().toLowerCase();
  for (const row of rows) {
    const [, hex, file] = /^\s*([0-9a-fA-F]+)\s+[*]?(.+?)\s*$/.exec(row) ?? [];
    if (hex && file?.replace(/^\.\//, '') === name) return hex.toLowerCase();
  }
  return undefined;
}

/** The name that a URL gives a file; Ansible's where it gives none. */
export function nameInUrl(url: string): string {
  const path = /^[a-z]+:\/\/[^/?#]*([^?#]*)/i.exec(url)?.[1] ?? '';
  return path.slice(path.lastIndexOf('/') + 1) || 'index.html';
}

/**
 * The step that fetches a file beside its place, checks it, and renames it into place where it differs from what is
 * there. It prints status, checksums, size and the backup's name, each on a line.
 */
export function downloadStep({ request, path, sum, backup }: Download): RunStep {
  // A download may take its time; only silence ends it.
  const config = curlConfig({ ...request, seconds: 0 });
  const headers = Object.keys(request.headers ?? {}).filter((name) => name !== 'User-Agent');
  const hidden = request.user !== undefined || headers.length > 0;
  return {
    kind: 'run',
    script: downloadScript(path, sum, backup, request.seconds),
    stdin: hidden ? new Secret(config) : config,
    env: { LC_ALL: 'C' },
    title: `download ${request.url}`,
    touches: [path],
  };
}

/** What the script of `downloadStep` printed. */
export function parseDownload(stdout: string): Downloaded {
  const [status, source = '', before, size, backupFile] = stdout.split('\n');
  return {
    status: Number(status),
    source,
    before: before || undefined,
    size: Number(size),
    backupFile: backupFile || undefined,
  };
}

function downloadScript(path: string, sum: Sum | undefined, backup: boolean, patience: number): string {
  const check = [
    `is=$(${sum?.algorithm}sum <"$t")`,
    `[ "\${is%% *}" = ${sum?.hex} ] || { echo "the checksum of what came is \${is%% *}, not ${sum?.hex}" >&2; exit 1; }`,
  ];
  const keep = ['b="$p.$$.$(date +%Y-%m-%d@%H:%M:%S)~"', 'cp -p -- "$p" "$b" || exit 1'];
  return [
    `p=${shellQuote(path)}`,
    't=$(mktemp -- "$p.XXXXXXXX") || exit 1',
    `trap 'rm -f -- "$t"' EXIT`,
    `trap 'exit 143' HUP INT TERM`,
    `curl='curl -q --silent --show-error --fail --connect-timeout ${patience} --speed-limit 1 --speed-time ${patience}'`,
    `code=$($curl --output "$t" --write-out '%{http_code}' --config -) || exit 1`,
    ...(sum ? check : []),
    'new=$(sha1sum <"$t") old= b=',
    'if [ -f "$p" ]; then',
    '  old=$(sha1sum <"$p")',
    '  chmod --reference="$p" -- "$t"; chown --reference="$p" -- "$t" 2>/dev/null',
    'else',
    '  chmod =rw -- "$t"',
    'fi',
    'if [ "$new" != "$old" ]; then',
    ...(backup ? ['  if [ -f "$p" ]; then', ...keep.map((line) => `    ${line}`), '  fi'] : []),
    '  mv -fT -- "$t" "$p" || exit 1',
    'fi',
    `printf '%s\\n%s\\n%s\\n%s\\n%s\\n' "$code" "\${new%% *}" "\${old%% *}" "$(stat -L -c %s -- "$p")" "$b"`,
  ].join('\n');
}
