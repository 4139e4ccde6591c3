import { z } from 'zod';
import type { HttpRequest } from '../lib/curl.ts';
import { defineModule } from '../module/define.ts';
import {
  ansibleBool,
  ansibleDict,
  ansibleFloat,
  ansibleInt,
  ansibleText,
  choice,
  listOf,
  rawValue,
} from '../module/params.ts';
import { changes, failed, none, type Plan } from '../module/plan.ts';
import { bodyOf, curlAnswer, curlStep, isExpected, type UriNow, uriResult } from '../module/uri.ts';

const params = z
  .strictObject({
    url: ansibleText().describe('What to ask for: http, https.'),
    method: ansibleText()
      .transform((method) => method.toUpperCase())
      .pipe(z.string())
      .default('GET')
      .describe('HTTP method; GET, HEAD and OPTIONS change nothing, so check mode makes them too.'),
    body: rawValue().optional().describe('The body; a map or list becomes what body_format says.'),
    body_format: choice(['raw', 'json', 'form-urlencoded'])
      .default('raw')
      .describe('How the body is written.'),
    src: ansibleText().optional().describe('A file of the host that is sent as the body (with remote_src).'),
    remote_src: ansibleBool().default(false).describe('The file src is one of the host.'),
    headers: ansibleDict().default({}).describe('Header fields.'),
    status_code: listOf(ansibleInt()).default([200]).describe('Answers that are no failure.'),
    return_content: ansibleBool().default(false).describe('Register the body as content.'),
    timeout: ansibleFloat().default(30).describe('Hard limit in seconds, from the first packet to the last.'),
    validate_certs: ansibleBool().default(true).describe('Trust only certificates that the host trusts.'),
    ca_path: ansibleText().optional().describe('File of the host with certificates to trust.'),
    client_cert: ansibleText().optional().describe('Certificate to show; a file of the host.'),
    client_key: ansibleText().optional().describe('Its key; a file of the host.'),
    follow_redirects: choice(['all', 'safe', 'none', 'urllib2', 'yes', 'no', 'true', 'false'])
      .default('safe')
      .describe('Whether redirects are followed; safe: for GET and HEAD only.'),
    url_username: ansibleText().optional().describe('User for HTTP authentication.'),
    url_password: ansibleText().optional().describe('Password for HTTP authentication.'),
    force_basic_auth: ansibleBool().default(false).describe('Send them without being asked.'),
    unix_socket: ansibleText().optional().describe('Socket of the host to ask instead of the network.'),
    use_proxy: ansibleBool().default(true).describe("Use the host's proxies."),
    use_netrc: ansibleBool().default(true).describe("Use the user's netrc."),
    decompress: ansibleBool().default(true).describe('Accept compressed answers.'),
    http_agent: ansibleText().default('ansible-httpget').describe('How the client calls itself.'),
    creates: ansibleText().optional().describe('Ask nothing where this path is there.'),
    removes: ansibleText().optional().describe('Ask nothing where this path is not there.'),
  })
  .refine(({ src, body }) => src === undefined || body === undefined, 'give one of src and body')
  .refine(
    ({ src, remote_src }) => src === undefined || remote_src,
    'src needs remote_src: true, a file of the host',
  );

type Params = z.infer<typeof params>;

/** Asks a web server, from the host itself. */
export default defineModule({
  name: 'uri',
  collection: 'ansible.builtin',
  doc: 'Ask a web server from the host itself, by the curl of the host, with a hard time limit.',
  params,
  aliases: { user: 'url_username', password: 'url_password' },
  volatile: true,
  async read(params, host): Promise<UriNow> {
    const there = (path: string | undefined) =>
      path === undefined ? undefined : host.stat({ path, follow: true });
    const [created, removed] = await Promise.all([there(params.creates), there(params.removes)]);
    if (params.creates !== undefined && created)
      return { skipped: `skipped, since '${params.creates}' exists` };
    if (params.removes !== undefined && !removed)
      return { skipped: `skipped, since '${params.removes}' does not exist` };
    return changesNothing(params) ? { answer: await host.http(request(params)) } : {};
  },
  plan(params, now): Plan {
    if (now.skipped !== undefined) return { changes: [], skipped: now.skipped };
    if (!now.answer) return changes([{ summary: `${params.method} ${params.url}`, uncounted: true }]);
    const result = uriResult(params, now.answer);
    return isExpected(params, now.answer) ? none(result) : failed(String(result.msg), result);
  },
  steps: (_change, params) => [curlStep(request(params))],
  result(params, _now, [done]) {
    if (!done) return {};
    const answer = curlAnswer(done);
    return {
      ...uriResult(params, answer),
      changed: false,
      ...(!isExpected(params, answer) && { failed: true }),
    };
  },
});

function changesNothing({ method }: Params): boolean {
  return ['GET', 'HEAD', 'OPTIONS'].includes(method);
}

function request(params: Params): HttpRequest {
  const { body, type } = bodyOf(params.body, params.body_format);
  const given = Object.fromEntries(
    Object.entries(params.headers).map(([name, value]) => [name, String(value)]),
  );
  const hasType = Object.keys(given).some((name) => name.toLowerCase() === 'content-type');
  return {
    url: params.url,
    method: params.method,
    headers: { 'User-Agent': params.http_agent, ...(type && !hasType && { 'Content-Type': type }), ...given },
    ...(body !== undefined && { body }),
    ...(params.src !== undefined && { bodyFile: params.src }),
    ...(params.url_username !== undefined && { user: params.url_username }),
    ...(params.url_password !== undefined && { password: params.url_password }),
    forceBasicAuth: params.force_basic_auth,
    validateCerts: params.validate_certs,
    ...(params.ca_path !== undefined && { caPath: params.ca_path }),
    ...(params.client_cert !== undefined && { clientCert: params.client_cert }),
    ...(params.client_key !== undefined && { clientKey: params.client_key }),
    followRedirects: follows(params),
    seconds: params.timeout,
    ...(params.unix_socket !== undefined && { unixSocket: params.unix_socket }),
    useProxy: params.use_proxy,
    useNetrc: params.use_netrc,
    decompress: params.decompress,
  };
}

function follows({ follow_redirects: how, method }: Params): boolean {
  if (how === 'safe') return method === 'GET' || method === 'HEAD';
  return how !== 'none' && how !== 'no' && how !== 'false';
}
