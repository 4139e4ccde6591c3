import { PyFloat } from '../../jinja/values.ts';
import type { HttpAnswer } from '../../lib/curl.ts';
import { parseJson } from '../../lib/json.ts';
import type { UriParams } from './params.ts';

/** What uri registers of an answer, and why it is no good one. */
export function uriAnswer(
  params: UriParams,
  answer: HttpAnswer,
): { result: Record<string, unknown>; problem?: string } {
  const good = params.status_code.includes(answer.status);
  const said = message(answer);
  const text = content(answer);
  const json = isJson(answer) ? parsed(text) : undefined;
  const url = answer.url || params.url;
  const headers = Object.entries(answer.headers).map(([name, value]) => [name.replaceAll('-', '_'), value]);
  const location = answer.headers.location;
  const result = {
    ...Object.fromEntries(headers),
    ...(location !== undefined && {
      location: URL.canParse(location, url) ? new URL(location, url).href : location,
    }),
    status: answer.status,
    url: masked(url),
    redirected: answer.redirects > 0,
    elapsed: Math.floor(answer.elapsed),
    msg: said,
    cookies: answer.cookies,
    cookies_string: Object.entries(answer.cookies)
      .map(([name, value]) => `${name}=${value}`)
      .join('; '),
    ...(params.return_content && { content: text }),
    ...(json !== undefined && { json }),
  };
  if (good) return { result };
  return {
    result,
    problem: `Status code was ${answer.status} and not [${params.status_code.join(', ')}]: ${said}`,
  };
}

function message({ status, reason, headers, error }: HttpAnswer): string {
  if (error !== undefined) return `Request failed: ${error}`;
  if (status >= 300) return `HTTP Error ${status}: ${reason}`;
  return `OK (${headers['content-length'] ?? 'unknown'} bytes)`;
}

function content({ body, headers }: HttpAnswer): string {
  const charset = /charset="?([\w-]+)/i.exec(headers['content-type'] ?? '')?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(charset).decode(body);
  } catch {
    return new TextDecoder().decode(body);
  }
}

function isJson({ headers }: HttpAnswer): boolean {
  const subtype = /^[^/]+\/([^;\s]+)/.exec(headers['content-type'] ?? '')?.[1] ?? '';
  return ['json', 'javascript'].includes(subtype.slice(subtype.indexOf('+') + 1).toLowerCase());
}

function parsed(text: string): unknown {
  try {
    return parseJson(text, (number) => new PyFloat(number));
  } catch {
    return undefined;
  }
}

/** Without the password that stands in a URL. */
export function masked(url: string): string {
  return url.replace(/^(\w+:\/\/[^/@:]+):[^/@]*@/, '$1:********@');
}
