import { createHash } from 'node:crypto';
import type { HttpRequest } from '../../lib/curl.ts';
import { type FormPart, multipart } from '../../lib/multipart.ts';
import { pythonJson } from '../../lib/pythonJson.ts';
import type { Control } from '../define.ts';
import { TaskFailure } from '../plan.ts';
import type { UriParams } from './params.ts';

/** The request that a task means. Files of the control side become part of it. */
export async function requestOf(params: UriParams, control: Control): Promise<HttpRequest> {
  const { contentType, ...body } = await bodyOf(params, control);
  const given = Object.fromEntries(
    Object.entries(params.headers).map(([name, value]) => [name, String(value)]),
  );
  const names = Object.keys(given).map((name) => name.toLowerCase());
  const own: Record<string, string> = {
    'User-Agent': params.http_agent,
    ...(params.force && { 'Cache-Control': 'no-cache' }),
    ...(contentType !== undefined && { 'Content-Type': contentType }),
  };
  const missing = Object.entries(own).filter(([name]) => !names.includes(name.toLowerCase()));
  const optional = {
    user: params.url_username,
    password: params.url_password,
    caPath: params.ca_path,
    clientCert: params.client_cert,
    clientKey: params.client_key,
    unixSocket: params.unix_socket,
    ciphers: params.ciphers,
  };
  return {
    url: params.url,
    method: params.method,
    headers: { ...Object.fromEntries(missing), ...given },
    ...body,
    ...(Object.fromEntries(
      Object.entries(optional).filter(([, value]) => value !== undefined),
    ) as Partial<HttpRequest>),
    forceBasicAuth: params.force_basic_auth,
    validateCerts: params.validate_certs,
    followRedirects: follows(params),
    useProxy: params.use_proxy,
    useNetrc: params.use_netrc,
    decompress: params.decompress,
    seconds: params.timeout,
  };
}

interface Body {
  body?: string;
  bodyFile?: string;
  contentType?: string;
}

async function bodyOf(params: UriParams, control: Control): Promise<Body> {
  const { body, src } = params;
  if (src !== undefined) return params.remote_src ? { bodyFile: src } : { body: await control.text(src) };
  if (body === undefined) return {};
  switch (params.body_format) {
    case 'json':
      return { body: typeof body === 'string' ? body : pythonJson(body), contentType: 'application/json' };
    case 'form-urlencoded':
      return {
        body: typeof body === 'string' ? body : urlEncoded(body),
        contentType: 'application/x-www-form-urlencoded',
      };
    case 'form-multipart':
      return formBody(await formParts(body, control));
    default:
      return { body: typeof body === 'object' ? pythonJson(body) : String(body) };
  }
}

/** Pairs of a dictionary, or of a list of pairs; a list as a value is one pair for each item. */
function urlEncoded(body: unknown): string {
  const pairs = Array.isArray(body) ? (body as [unknown, unknown][]) : entriesOf(body);
  const flat = pairs.flatMap(([key, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) => [String(key), one] as const),
  );
  const given = flat.filter(([, value]) => value !== null && value !== undefined);
  return new URLSearchParams(given.map(([key, value]): [string, string] => [key, String(value)])).toString();
}

// The same parts make the same body, and a boundary that stands in none of them.
function formBody(parts: FormPart[]): Body {
  const boundary = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
  return multipart(parts, boundary);
}

async function formParts(body: unknown, control: Control): Promise<FormPart[]> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new TaskFailure('failed to parse body as form-multipart: it must be a dictionary');
  }
  return Promise.all(entriesOf(body).map(([name, value]) => formPart(name, value, control)));
}

async function formPart(name: string, value: unknown, control: Control): Promise<FormPart> {
  if (typeof value !== 'object' || value === null) return { name, content: String(value) };
  const of = Object.fromEntries(entriesOf(value)) as Record<string, string | undefined>;
  if (of.content === undefined && of.filename === undefined) {
    throw new TaskFailure(`failed to parse body as form-multipart: ${name} has neither content nor filename`);
  }
  return {
    name,
    content: of.content ?? (await control.bytes(of.filename!)),
    ...(of.filename !== undefined && { filename: of.filename.slice(of.filename.lastIndexOf('/') + 1) }),
    ...(of.mime_type !== undefined && { mimeType: of.mime_type }),
    ...(of.multipart_encoding === '7or8bit' && { encoding: '7or8bit' }),
  };
}

function entriesOf(dict: unknown): [string, unknown][] {
  const entries = dict instanceof Map ? [...dict] : Object.entries(dict as object);
  return entries.map(([key, value]) => [String(key), value]);
}

function follows({ follow_redirects: which, method, unredirected_headers }: UriParams): boolean {
  if (unredirected_headers.length > 0 || which === 'none' || which === 'no') return false;
  return which !== 'safe' || method === 'GET' || method === 'HEAD';
}
