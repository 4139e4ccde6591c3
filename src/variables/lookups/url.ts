import { spawnSync } from 'node:child_process';
import { dictEntries, isDict, splitLines, toText } from '../../jinja/index.ts';
import {
  flagOption,
  type Lookup,
  type LookupContext,
  type LookupOptions,
  lookupError,
  textOption,
  textTerm,
} from './context.ts';

/** A request as the program below reads it. */
interface Request {
  url: string;
  headers: Record<string, string>;
  redirect: 'follow' | 'error';
  timeout: number;
}

// Templates are rendered without waiting, and Node can only wait for an answer: so another Node does it.
const FETCH = `
let text = '';
for await (const chunk of process.stdin) text += chunk;
const { url, headers, redirect, timeout } = JSON.parse(text);
try {
  const answer = await fetch(url, { headers, redirect, signal: AbortSignal.timeout(timeout) });
  if (!answer.ok) throw new Error('HTTP status ' + answer.status + ' ' + answer.statusText);
  process.stdout.write(Buffer.from(await answer.arrayBuffer()));
} catch (error) {
  process.stderr.write(String(error.cause?.message || error.message));
  process.exitCode = 1;
}
`;

const LONGEST_ANSWER = 64 * 1024 * 1024;
const UNSUPPORTED = ['unix_socket', 'use_gssapi', 'ciphers'];

// Most options may also be given by a variable.
function withVariables(options: LookupOptions, { scope }: LookupContext): LookupOptions {
  const names = {
    force: 'force',
    timeout: 'timeout',
    http_agent: 'agent',
    force_basic_auth: 'force_basic_auth',
    follow_redirects: 'follow_redirects',
    ca_path: 'ca_path',
  };
  const given = Object.entries(names).flatMap(([option, name]) => {
    const value = scope.get(`ansible_lookup_url_${name}`);
    return typeof value === 'symbol' ? [] : [[option, value] as const];
  });
  return { ...Object.fromEntries(given), ...options };
}

function requestOf(url: string, options: LookupOptions): Request {
  const { headers: given = new Map() } = options;
  if (!isDict(given)) throw lookupError('headers needs a dict');
  const headers = new Map([['User-Agent', textOption(options, 'http_agent', 'ansible-httpget')]]);
  for (const [name, value] of dictEntries(given)) headers.set(toText(name), toText(value));
  if (flagOption(options, 'force', false)) headers.set('cache-control', 'no-cache');
  const user = textOption(options, 'username', '');
  if (user !== '') {
    const pair = `${user}:${textOption(options, 'password', '')}`;
    headers.set('Authorization', `Basic ${Buffer.from(pair).toString('base64')}`);
  }
  const follow = textOption(options, 'follow_redirects', 'urllib2').toLowerCase();
  return {
    url,
    headers: Object.fromEntries(headers),
    redirect: follow === 'no' || follow === 'none' ? 'error' : 'follow',
    timeout: Number(textOption(options, 'timeout', '10')) * 1000,
  };
}

function fetchText(url: string, options: LookupOptions): string {
  const odd = UNSUPPORTED.find((name) => options[name]);
  if (odd !== undefined) throw lookupError(`the option ${odd} is not supported`);
  const authority = textOption(options, 'ca_path', '');
  const { status, stdout, stderr, error } = spawnSync(
    process.execPath,
    ['--input-type=module', '--no-warnings', '-e', FETCH],
    {
      input: JSON.stringify(requestOf(url, options)),
      maxBuffer: LONGEST_ANSWER,
      env: {
        ...process.env,
        ...(flagOption(options, 'validate_certs', true) ? {} : { NODE_TLS_REJECT_UNAUTHORIZED: '0' }),
        ...(authority === '' ? {} : { NODE_EXTRA_CA_CERTS: authority }),
      },
    },
  );
  if (error) throw lookupError(`failed lookup url for ${url}: ${error.message}`);
  if (status !== 0) throw lookupError(`failed lookup url for ${url}: ${stderr.toString('utf8')}`);
  return stdout.toString('utf8');
}

/** What addresses answer: their lines, or with `split_lines=False` each as one text. */
export const url: Lookup = (terms, context, options) => {
  const own = withVariables(options, context);
  return terms.flatMap((term) => {
    const text = fetchText(textTerm(term), own);
    return flagOption(own, 'split_lines', true) ? splitLines(text, false) : [text];
  });
};
