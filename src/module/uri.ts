import { CURL_ARGV, curlConfig, type HttpAnswer, type HttpRequest, parseCurl } from '../lib/curl.ts';
import { Secret } from '../lib/secret.ts';
import type { RunStep, StepResult } from './step.ts';

/** What a uri task found out: why it asks nothing, or the answer; neither where the request is a step. */
export interface UriNow {
  skipped?: string;
  answer?: HttpAnswer;
}

interface Asked {
  url: string;
  status_code: number[];
  return_content: boolean;
}

/** A body as it is sent, and what it is to be called where no header says so. */
export function bodyOf(
  body: unknown,
  format: 'raw' | 'json' | 'form-urlencoded',
): { body?: string; type?: string } {
  if (body === undefined || body === null) return {};
  if (format === 'json')
    return { body: typeof body === 'string' ? body : JSON.stringify(body), type: 'application/json' };
  if (format === 'form-urlencoded')
    return { body: formText(body), type: 'application/x-www-form-urlencoded' };
  return { body: typeof body === 'object' ? JSON.stringify(body) : String(body) };
}

function formText(body: unknown): string {
  if (typeof body !== 'object' || body === null) return String(body);
  const pairs = Array.isArray(body) ? (body as [unknown, unknown][]) : Object.entries(body);
  const form = new URLSearchParams();
  for (const [name, value] of pairs)
    for (const each of [value].flat()) form.append(String(name), String(each));
  return form.toString();
}

/** Whether an answer is one of those that are no failure. */
export function isExpected({ status_code }: Asked, answer: HttpAnswer): boolean {
  return status_code.includes(answer.status);
}

/** What uri registers of an answer: headers by lower-case names with underscores beside its own keys. */
export function uriResult(asked: Asked, answer: HttpAnswer): Record<string, unknown> {
  const text = Buffer.from(answer.body).toString();
  const json = jsonOf(answer, text);
  const headers = Object.fromEntries(
    Object.entries(answer.headers).map(([name, value]) => [name.replaceAll('-', '_'), value]),
  );
  const { cookies } = answer;
  return {
    ...headers,
    status: answer.status,
    url: answer.url || asked.url,
    redirected: answer.redirects > 0,
    elapsed: Math.floor(answer.elapsed),
    cookies,
    cookies_string: Object.entries(cookies)
      .map(([name, value]) => `${name}=${value}`)
      .join('; '),
    msg: isExpected(asked, answer)
      ? `OK (${headers.content_length ?? 'unknown'} bytes)`
      : unexpected(asked, answer),
    ...(json !== undefined && { json }),
    ...((asked.return_content || !isExpected(asked, answer)) && { content: text }),
  };
}

function jsonOf(answer: HttpAnswer, text: string): unknown {
  if (!/\bjson\b/.test(answer.headers['content-type'] ?? '')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // Called JSON by the server, and none: then there is only the text.
    return undefined;
  }
}

function unexpected({ status_code }: Asked, { status, reason, error }: HttpAnswer): string {
  const why = error === undefined ? `HTTP Error ${status}: ${reason}` : `Request failed: ${error}`;
  return `Status code was ${status} and not [${status_code.join(', ')}]: ${why}`;
}

/** The request as a step. All of it travels on standard input, so that argv shows no password and no body. */
export function curlStep(request: HttpRequest): RunStep {
  return {
    kind: 'run',
    argv: CURL_ARGV,
    stdin: new Secret(curlConfig(request)),
    ok: 'any',
    title: `${request.method} ${request.url}`,
    seconds: request.seconds + 5,
  };
}

/** The answer to a request that was a step. */
export function curlAnswer({ rc, stdout, stderr }: StepResult): HttpAnswer {
  if (rc === 127) return parseCurl(Buffer.alloc(0), 'curl: the host has no curl: install the package curl');
  return parseCurl(Buffer.from(stdout), stderr);
}
