import { z } from 'zod';
import type { HttpRequest } from '../lib/curl.ts';
import { defineModule } from '../module/define.ts';
import { checksumParts, downloadStep, parseDownload } from '../module/download.ts';
import {
  attributeAliases,
  attributeChanges,
  attributeParams,
  compareAttributes,
  type FileChange,
  fileResult,
} from '../module/fileAttributes.ts';
import { readUrlNow, type UrlNow } from '../module/getUrlRead.ts';
import { directoryOf } from '../module/hostPath.ts';
import { ansibleBool, ansibleDict, ansibleInt, ansibleText, listOf } from '../module/params.ts';
import { changes, failed, unknown } from '../module/plan.ts';

const params = z.strictObject({
  url: ansibleText().describe('What to download.'),
  dest: ansibleText().describe('Where it goes; a directory takes it under the name that the URL gives it.'),
  ...attributeParams,
  checksum: ansibleText()
    .refine(
      (text) => text === '' || checksumParts(text) !== undefined,
      'must be ALGORITHM:HEX or ALGORITHM:URL',
    )
    .default('')
    .describe(
      'What it must have, e.g. `sha256:...`, or the URL of a list of checksums. What has it is not downloaded again.',
    ),
  force: ansibleBool().default(false).describe('Download it even where the server has nothing newer.'),
  backup: ansibleBool().default(false).describe('Keep what was there under a name with the date.'),
  headers: ansibleDict().default({}).describe('Headers of the request.'),
  timeout: ansibleInt().default(10).describe('Seconds without a byte after which it is given up.'),
  url_username: ansibleText().optional().describe('User for the server.'),
  url_password: ansibleText().optional().describe('Password for the server.'),
  force_basic_auth: ansibleBool().default(false).describe('Send user and password without being asked.'),
  validate_certs: ansibleBool().default(true).describe('Refuse certificates that cannot be trusted.'),
  client_cert: ansibleText().optional().describe('Certificate to show; a file of the host.'),
  client_key: ansibleText().optional().describe('Key of client_cert; a file of the host.'),
  http_agent: ansibleText().default('ansible-httpget').describe('What to call itself.'),
  use_proxy: ansibleBool().default(true).describe('Use the proxy that the environment names.'),
  use_netrc: ansibleBool().default(true).describe('Use the passwords in ~/.netrc.'),
  ciphers: listOf(ansibleText()).optional().describe('Ciphers to allow.'),
  decompress: ansibleBool().default(true).describe('Unpack what the server packed for the way.'),
  tmp_dest: ansibleText().optional().describe('Taken for compatibility: it is downloaded beside its place.'),
  unredirected_headers: listOf(ansibleText())
    .default([])
    .describe('Taken for compatibility, without effect.'),
});

type Params = z.infer<typeof params>;

/** Downloads a file to the host. */
export default defineModule({
  name: 'get_url',
  collection: 'ansible.builtin',
  doc: 'Download a file to the host, with the curl of the host.',
  params,
  aliases: { username: 'url_username', password: 'url_password', ...attributeAliases },
  read: (params, host) => readUrlNow(params, requestOf(params), host),
  plan(params, now) {
    const { path, stat, parentThere, accounts } = now;
    const named = { url: params.url, dest: path };
    if (!parentThere) return failed(`Destination ${directoryOf(path)} does not exist`, named);
    if (stat && stat.type !== 'file') return failed(`${path} is a ${stat.type}, no file`, named);
    const compared = compareAttributes(params, accounts, stat, 'file');
    const result = { ...named, ...fileResult(compared.after) };
    const set = attributeChanges(path, compared);
    if (stat && now.notModified)
      return changes(set, { ...result, status_code: 304, msg: 'HTTP Error 304: Not Modified' });
    if (stat && now.matches && !params.force) return changes(set, { ...result, msg: 'file already exists' });
    const download = downloadChange(params, now, compared.attributes);
    if (!stat || (now.sum && !now.matches)) return changes([download], result);
    return unknown('whether the content differs is not known before it is downloaded', [download], result);
  },
  steps: (change) => change.steps,
  result({ url }, { path }, [done, ...more]) {
    if (done?.step.kind !== 'run') return {};
    const { status, source, before, size, backupFile } = parseDownload(done.stdout);
    return {
      url,
      dest: path,
      status_code: status,
      msg: `OK (${size} bytes)`,
      size,
      checksum_src: source,
      checksum_dest: before ?? null,
      changed: source !== before || more.length > 0,
      elapsed: Math.floor(done.ended - done.started),
      ...(backupFile !== undefined && { backup_file: backupFile }),
    };
  },
});

function downloadChange(params: Params, { path, stat, sum }: UrlNow, attributes: object): FileChange {
  const download = { request: requestOf(params), path, sum, backup: params.backup };
  const set = Object.keys(attributes).length > 0 ? [{ kind: 'attributes' as const, path, attributes }] : [];
  const summary = `download ${params.url} to ${path}${stat ? ', where it differs' : ''}`;
  return { summary, steps: [downloadStep(download), ...set] };
}

function requestOf(params: Params): HttpRequest {
  const headers = Object.entries(params.headers).map(([name, value]) => [name, String(value)]);
  return {
    url: params.url,
    method: 'GET',
    headers: { 'User-Agent': params.http_agent, ...Object.fromEntries(headers) },
    followRedirects: true,
    seconds: params.timeout,
    validateCerts: params.validate_certs,
    useProxy: params.use_proxy,
    useNetrc: params.use_netrc,
    decompress: params.decompress,
    forceBasicAuth: params.force_basic_auth,
    ...(params.url_username !== undefined && { user: params.url_username }),
    ...(params.url_password !== undefined && { password: params.url_password }),
    ...(params.client_cert !== undefined && { clientCert: params.client_cert }),
    ...(params.client_key !== undefined && { clientKey: params.client_key }),
    ...(params.ciphers !== undefined && { ciphers: params.ciphers }),
  };
}
