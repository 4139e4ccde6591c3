import type { HttpRequest } from '../lib/curl.ts';
import { checksumParts, nameInUrl, type Sum, sumInList } from './download.ts';
import { type Accounts, type AttributeParams, readAccounts } from './fileAttributes.ts';
import { directoryOf, hostPath } from './hostPath.ts';
import { TaskFailure } from './plan.ts';
import type { Reads, Stat } from './reads.ts';

export interface UrlParams extends AttributeParams {
  url: string;
  dest: string;
  checksum: string;
  force: boolean;
}

/** What is there where a download goes. */
export interface UrlNow {
  path: string;
  stat: Stat | undefined;
  parentThere: boolean;
  accounts: Accounts;
  sum: Sum | undefined;
  /** What is there has the checksum that is wanted. */
  matches: boolean;
  /** The server says that it has nothing newer than what is there. */
  notModified: boolean;
}

/** Looks at the place of a download, and asks the server where only it can tell. */
export async function readUrlNow(params: UrlParams, request: HttpRequest, host: Reads): Promise<UrlNow> {
  const given = await hostPath(params.dest, host);
  const [curl, at, accounts, sum] = await Promise.all([
    host.executable({ name: 'curl' }),
    host.stat({ path: given, follow: true }),
    readAccounts(params, host),
    wantedSum(params, request, host),
  ]);
  if (curl === undefined) {
    throw new TaskFailure('the host has no curl, and downloads are made with it: install the package curl');
  }
  const path = at?.type === 'directory' ? `${given}/${nameInUrl(params.url)}` : given;
  const [stat, parent, is] = await Promise.all([
    path === given ? at : host.stat({ path, follow: true }),
    host.stat({ path: directoryOf(path), follow: true }),
    sum ? host.checksum({ path, algorithm: sum.algorithm }) : undefined,
  ]);
  const matches = stat !== undefined && sum !== undefined && is === sum.hex;
  const asks = stat !== undefined && !params.force && !sum;
  const notModified = asks ? await isNotModified(stat, request, host) : false;
  return { path, stat, parentThere: parent?.type === 'directory', accounts, sum, matches, notModified };
}

async function wantedSum(
  { checksum, url }: UrlParams,
  request: HttpRequest,
  host: Reads,
): Promise<Sum | undefined> {
  if (checksum === '') return undefined;
  const { algorithm, rest } = checksumParts(checksum)!;
  if (!rest.includes(':')) return { algorithm, hex: rest };
  const answer = await host.http({ ...request, url: rest, method: 'GET' });
  const hex = sumInList(Buffer.from(answer.body).toString(), nameInUrl(url));
  if (answer.error !== undefined || answer.status >= 400) {
    throw new TaskFailure(`the checksums at ${rest} cannot be fetched: ${answer.error ?? answer.status}`);
  }
  if (hex === undefined)
    throw new TaskFailure(`Unable to find a checksum for file '${nameInUrl(url)}' in '${rest}'`);
  return { algorithm, hex };
}

async function isNotModified(stat: Stat, request: HttpRequest, host: Reads): Promise<boolean> {
  const since = new Date(Math.floor(stat.mtime) * 1000).toUTCString();
  const headers = { ...request.headers, 'If-Modified-Since': since };
  const answer = await host.http({ ...request, method: 'HEAD', headers });
  return answer.status === 304;
}
