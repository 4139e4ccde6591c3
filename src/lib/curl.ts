/** One HTTP request made by curl. */
export interface HttpRequest {
  url: string;
  /** Upper case. */
  method: string;
  headers?: Record<string, string>;
  body?: string;
  /** A file of the host that is sent as the body. */
  bodyFile?: string;
  user?: string;
  password?: string;
  /** Sends user and password at once, without being asked for them. */
  forceBasicAuth?: boolean;
  validateCerts?: boolean;
  /** Certificates to trust; a file of the host, as the next two. */
  caPath?: string;
  clientCert?: string;
  clientKey?: string;
  followRedirects?: boolean;
  /** Hard limit in seconds, from the first packet to the last. */
  seconds: number;
  unixSocket?: string;
  useProxy?: boolean;
  useNetrc?: boolean;
  decompress?: boolean;
  ciphers?: string[];
}

export interface HttpAnswer {
  /** -1 where no answer came, with `error`. */
  status: number;
  /** 'Not Found'; empty where the server sent none. */
  reason: string;
  /** Of the last answer, by lower-case name; several of one name are joined by `, `. */
  headers: Record<string, string>;
  /** Set by any answer on the way. */
  cookies: Record<string, string>;
  body: Uint8Array;
  /** Where the last answer came from. */
  url: string;
  redirects: number;
  /** Seconds. */
  elapsed: number;
  error?: string;
}

/** As many as Python's urllib follows. */
const REDIRECTS = 10;

const REPORT =
  '%{stderr}\\n%{http_code}\\t%{size_header}\\t%{num_redirects}\\t%{time_total}\\t%{url_effective}\\n';

/** The command line (curl 7.63 or newer). All that is asked for goes to its standard input, so that argv tells nothing. */
export const CURL_ARGV = [
  'curl',
  '-q',
  '--silent',
  '--show-error',
  '--include',
  '--write-out',
  REPORT,
  '--config',
  '-',
];

/** What curl reads on standard input for a request. */
export function curlConfig(request: HttpRequest): string {
  const { method, followRedirects, user } = request;
  const hasBody = request.body !== undefined || request.bodyFile !== undefined;
  const flags = [
    method === 'HEAD' && 'head',
    followRedirects && 'location',
    request.validateCerts === false && 'insecure',
    user !== undefined && (request.forceBasicAuth ? 'basic' : 'anyauth'),
    request.useNetrc && 'netrc-optional',
    request.decompress && 'compressed',
    // A header of its own, since an earlier answer to a proxy is none of the caller's.
    'suppress-connect-headers',
  ];
  const values: [string, string | undefined | false][] = [
    ['url', request.url],
    // With a body curl makes it a POST itself, and may follow a redirect by a GET, as browsers do.
    ['request', method !== 'HEAD' && method !== (hasBody ? 'POST' : 'GET') && method],
    ['max-time', String(request.seconds)],
    ['max-redirs', String(REDIRECTS)],
    ['user', user !== undefined && `${user}:${request.password ?? ''}`],
    ['cacert', request.caPath],
    ['cert', request.clientCert],
    ['key', request.clientKey],
    ['unix-socket', request.unixSocket],
    ['noproxy', request.useProxy === false && '*'],
    ['ciphers', request.ciphers?.join(':')],
    ['data-raw', request.body],
    ['data-binary', request.bodyFile !== undefined && `@${request.bodyFile}`],
    ...Object.entries(request.headers ?? {}).map(([name, value]): [string, string] => [
      'header',
      value === '' ? `${name};` : `${name}: ${value}`,
    ]),
  ];
  const lines = values.flatMap(([name, value]) =>
    typeof value === 'string' ? [`${name} = ${quoted(value)}`] : [],
  );
  return [...flags.filter(Boolean), ...lines, ''].join('\n');
}

/** The answer in what curl printed with `CURL_ARGV`. */
export function parseCurl(stdout: Buffer, stderr: string): HttpAnswer {
  const report = stderr.split('\n').findLast((line) => /^\d+\t/.test(line));
  const [code, headerSize, redirects, seconds, url] = (report ?? '').split('\t');
  const status = Number(code) || -1;
  const error = stderr.split('\n').find((line) => line.startsWith('curl: ')) ?? stderr.split('\n')[0]!;
  const size = Number(headerSize) || 0;
  const blocks = stdout
    .subarray(0, size)
    .toString('latin1')
    .split(/\r?\n\r?\n/)
    .filter(Boolean);
  const last = (blocks.at(-1) ?? '').split(/\r?\n/);
  return {
    status: error ? -1 : status,
    reason: /^HTTP\/\S+ \d+ ?(.*)$/.exec(last[0]!)?.[1] ?? '',
    headers: headerFields(last.slice(1)),
    cookies: Object.fromEntries(blocks.flatMap(cookiesIn)),
    body: stdout.subarray(size),
    url: url ?? '',
    redirects: Number(redirects) || 0,
    elapsed: Number(seconds) || 0,
    ...(error && { error: error.replace(/^curl: /, '') }),
  };
}

// A newline would end the option.
function quoted(value: string): string {
  const escapes: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\v': '\\v' };
  return `"${value.replace(/[\\"]/g, '\\$&').replace(/[\n\r\t\v]/g, (char) => escapes[char]!)}"`;
}

function headerFields(lines: string[]): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const line of lines) {
    const at = line.indexOf(':');
    if (at < 1) continue;
    const name = line.slice(0, at).toLowerCase();
    const value = line.slice(at + 1).trim();
    fields[name] = name in fields ? `${fields[name]}, ${value}` : value;
  }
  return fields;
}

function cookiesIn(block: string): [string, string][] {
  return [...block.matchAll(/^set-cookie:\s*([^=;\s]+)=([^;\r\n]*)/gim)].map((match) => [
    match[1]!,
    match[2]!,
  ]);
}
