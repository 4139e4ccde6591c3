import { createHash } from 'node:crypto';
import { CURL_ARGV, curlConfig, type HttpAnswer, type HttpRequest, parseCurl } from '../lib/curl.ts';
import { Secret } from '../lib/secret.ts';
import { defineModule } from '../module/define.ts';
import { type Accounts, type FileChange, readAccounts } from '../module/fileAttributes.ts';
import { type FilePlace, planPut, readPlace, type WantedFile } from '../module/fileContent.ts';
import { hostPath } from '../module/hostPath.ts';
import { failed, none, type Plan, unknown } from '../module/plan.ts';
import type { Reads } from '../module/reads.ts';
import { masked, uriAnswer } from '../module/uri/answer.ts';
import { type UriParams, uriAliases, uriParams } from '../module/uri/params.ts';
import { requestOf } from '../module/uri/request.ts';

interface Now {
  /** Why nothing is to be done. */
  skipped?: string;
  request?: HttpRequest;
  /** Of a request that only looks. */
  answer?: HttpAnswer;
  file?: { place: FilePlace; wanted: WantedFile; accounts: Accounts };
}

const LOOKING = ['GET', 'HEAD', 'OPTIONS'];

export default defineModule({
  name: 'uri',
  collection: 'ansible.builtin',
  doc: `Talks to web services, from the host, by its curl.

Requests that only look (GET, HEAD, OPTIONS) are made while planning, in check mode too. Passwords, headers and bodies
go to curl on standard input. The timeout is a hard limit.`,
  aliases: uriAliases,
  params: uriParams,
  volatile: true,
  async read(params, host, control): Promise<Now> {
    const skipped = await skip(params, host);
    if (skipped !== undefined) return { skipped };
    const request = await requestOf(params, control);
    if (!LOOKING.includes(params.method)) return { request };
    const answer = await host.http(request);
    const good = params.status_code.includes(answer.status);
    if (params.dest === undefined || !good || answer.status === 304) return { request, answer };
    return { request, answer, file: await readFile(params, params.dest, answer, host) };
  },
  plan(params, { skipped, request, answer, file }): Plan<FileChange> {
    if (skipped !== undefined) return none({ stdout: skipped });
    if (answer) {
      const { result, problem } = uriAnswer(params, answer);
      if (problem !== undefined) return failed(problem, result);
      if (!file) return none(result);
      const put = planPut({ ...params, backup: false, force: true }, file.place, file.wanted, file.accounts);
      return { ...put, result: { ...put.result, ...result, path: file.place.path } };
    }
    const summary = `${params.method} ${masked(params.url)}`;
    const change: FileChange = {
      summary,
      uncounted: true,
      steps: [
        {
          kind: 'run',
          argv: CURL_ARGV,
          stdin: new Secret(curlConfig(request!)),
          ok: 'any',
          title: summary,
        },
      ],
    };
    return unknown(`what a ${params.method} does and answers is known once it is made`, [change]);
  },
  steps: (change) => change.steps,
  result(params, { answer }, [done]) {
    if (answer || !done) return {};
    if (done.rc === 127)
      return {
        failed: true,
        msg: 'the host has no curl, and requests are made with it: install the package curl',
      };
    const { result, problem } = uriAnswer(params, parseCurl(Buffer.from(done.stdout), done.stderr));
    return { ...result, changed: false, ...(problem !== undefined && { failed: true, msg: problem }) };
  },
});

async function skip({ creates, removes }: UriParams, host: Reads): Promise<string | undefined> {
  const isThere = async (path: string) =>
    (await host.stat({ path: await hostPath(path, host), follow: true })) !== undefined;
  if (creates !== undefined && (await isThere(creates))) return `skipped, since '${creates}' exists`;
  if (removes !== undefined && !(await isThere(removes))) return `skipped, since '${removes}' does not exist`;
  return undefined;
}

async function readFile(params: UriParams, dest: string, answer: HttpAnswer, host: Reads) {
  const given = await hostPath(dest, host);
  const stat = await host.stat({ path: given, follow: true });
  const name =
    /filename="?([^";]+)/.exec(answer.headers['content-disposition'] ?? '')?.[1] ?? lastName(answer.url);
  const path = stat?.type === 'directory' ? `${given}/${name}` : given;
  const { body } = answer;
  const sha1 = createHash('sha1').update(body).digest('hex');
  const wanted: WantedFile = {
    sha1,
    size: body.length,
    source: masked(params.url),
    from: { content: body },
    bytes: body,
  };
  const [place, accounts] = await Promise.all([
    readPlace(path, wanted, true, host),
    readAccounts(params, host),
  ]);
  return { place, wanted, accounts };
}

function lastName(url: string): string {
  const path = URL.canParse(url) ? new URL(url).pathname : '';
  return path.slice(path.lastIndexOf('/') + 1) || 'index.html';
}
