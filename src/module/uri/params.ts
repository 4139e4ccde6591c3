import { z } from 'zod';
import { attributeAliases, attributeParams } from '../fileAttributes.ts';
import { ansibleBool, ansibleDict, ansibleInt, ansibleText, choice, listOf, rawValue } from '../params.ts';

export const uriAliases = { user: 'url_username', password: 'url_password', ...attributeAliases };

/** The parameters of uri, with Ansible's names. */
export const uriParams = z
  .strictObject({
    url: ansibleText().describe('What is asked for, as the host sees it.'),
    method: ansibleText()
      .transform((method) => method.toUpperCase())
      .refine((method) => /^[A-Z]+$/.test(method), 'must be one word, like GET or POST')
      .default('GET')
      .describe('GET, HEAD and OPTIONS only look and are made in check mode too; others are steps of a run.'),
    body: rawValue().optional().describe('What is sent, in the form that body_format says.'),
    body_format: choice(['form-urlencoded', 'json', 'raw', 'form-multipart'])
      .default('raw')
      .describe('How body becomes text, and which Content-Type tells of it.'),
    src: ansibleText().optional().describe('A file that is sent as the body.'),
    remote_src: ansibleBool().default(false).describe('Whether src lies on the host.'),
    status_code: listOf(ansibleInt()).default([200]).describe('Answers that count as good.'),
    return_content: ansibleBool().default(false).describe('Register the content of the answer.'),
    dest: ansibleText()
      .optional()
      .describe('Where the content is written on the host: a file, or a directory.'),
    headers: ansibleDict().default({}).describe('Headers to send.'),
    url_username: ansibleText().optional().describe('User name for the server.'),
    url_password: ansibleText().optional().describe('Password for the server.'),
    force_basic_auth: ansibleBool()
      .default(false)
      .describe('Send name and password without being asked for them.'),
    timeout: ansibleInt().default(30).describe('Hard limit for the whole request, in seconds.'),
    follow_redirects: choice(['all', 'no', 'none', 'safe', 'urllib2', 'yes'])
      .default('safe')
      .describe('Which redirects to follow: all, none, or (safe) those of GET and HEAD.'),
    validate_certs: ansibleBool().default(true).describe("Whether the server's certificate must be valid."),
    ca_path: ansibleText().optional().describe('Certificates to trust, a file of the host.'),
    client_cert: ansibleText().optional().describe('Certificate to show, a file of the host.'),
    client_key: ansibleText().optional().describe('Key of client_cert, a file of the host.'),
    unix_socket: ansibleText().optional().describe('Unix socket of the host to connect to.'),
    http_agent: ansibleText().default('ansible-httpget').describe('What the User-Agent header says.'),
    use_proxy: ansibleBool().default(true).describe("Whether the host's proxy settings count."),
    use_netrc: ansibleBool().default(true).describe("Whether the host's ~/.netrc counts."),
    use_gssapi: ansibleBool()
      .refine((on) => !on, 'is not supported')
      .default(false)
      .describe('Kerberos; not supported.'),
    ciphers: listOf(ansibleText()).optional().describe('TLS ciphers, as OpenSSL names them.'),
    decompress: ansibleBool().default(true).describe('Ask for a compressed answer, and unpack it.'),
    force: ansibleBool().default(false).describe('Ask proxies for a fresh answer.'),
    unredirected_headers: listOf(ansibleText())
      .default([])
      .describe('Headers that must not go to where a redirect leads; then redirects are not followed.'),
    creates: ansibleText().optional().describe('A path; nothing is done where it is there.'),
    removes: ansibleText().optional().describe('A path; nothing is done where it is not there.'),
    ...attributeParams,
  })
  .refine(({ body, src }) => body === undefined || src === undefined, 'give body or src, not both')
  .refine(
    ({ dest, method }) => dest === undefined || ['GET', 'HEAD'].includes(method),
    'dest goes with GET only',
  );

export type UriParams = z.output<typeof uriParams>;
