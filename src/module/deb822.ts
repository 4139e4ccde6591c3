import { createHash } from 'node:crypto';
import { type FilePlace, readPlace, type WantedFile } from './fileContent.ts';
import { ansibleBool, ansibleInt, ansibleText, choice, listOf } from './params.ts';
import { TaskFailure } from './plan.ts';
import type { Reads } from './reads.ts';

export const KEYRINGS = '/etc/apt/keyrings';
const FETCH_SECONDS = 60;

const flag = (what: string) => ansibleBool().optional().describe(what);
const words = (what: string) => listOf(ansibleText()).optional().describe(what);

/** The parameters of deb822_repository that are fields of its file. */
export const deb822Fields = {
  name: ansibleText().describe('What the repository is known by; its file is named after it.'),
  types: listOf(choice(['deb', 'deb-src']))
    .default(['deb'])
    .describe('Binary packages, source packages or both.'),
  uris: words('Where the repository is.'),
  suites: words('Its suites: bookworm, bookworm-updates, or a path that ends with a slash.'),
  components: words('Components of a suite: main, contrib ...'),
  architectures: words('Architectures to take from it.'),
  signed_by: ansibleText()
    .optional()
    .describe(
      'Its key: a URL to fetch it from, a file of the host, a fingerprint, or the armored key itself.',
    ),
  enabled: flag('Whether apt uses it.'),
  trusted: flag('Whether it needs no signature.'),
  allow_insecure: flag('Take it without a signature.'),
  allow_weak: flag('Take it with a weak signature.'),
  allow_downgrade_to_insecure: flag('Take it when it is no longer signed.'),
  by_hash: flag('Fetch indexes by their hash.'),
  check_date: flag('Refuse what is from the future.'),
  check_valid_until: flag('Refuse what is out of date.'),
  date_max_future: ansibleInt().optional().describe('How many seconds it may be from the future.'),
  inrelease_path: ansibleText().optional().describe('Where its InRelease file is.'),
  languages: words('Languages of descriptions.'),
  pdiffs: flag('Fetch differences of indexes.'),
  targets: words('Indexes to fetch.'),
};

/** A key that a repository is signed by. */
export interface SignedBy {
  /** What the field says. */
  value?: string;
  path?: string;
  /** A fetched key and the place for it. */
  file?: { wanted: WantedFile; place: FilePlace };
}

/** Finds out what the field says, and fetches the key where it is a URL; `paths` are for armored and binary ones. */
export async function readSignedBy(
  signedBy: string | undefined,
  [armored, binary]: [string, string],
  host: Reads,
): Promise<SignedBy> {
  if (signedBy === undefined) return {};
  if (!/^\w+:\/\//.test(signedBy)) {
    const isFile = signedBy.startsWith('/') && (await host.stat({ path: signedBy, follow: true }));
    return { value: signedBy, ...(isFile && { path: signedBy }) };
  }
  const answer = await host.http({
    url: signedBy,
    method: 'GET',
    followRedirects: true,
    seconds: FETCH_SECONDS,
  });
  if (answer.status !== 200) {
    throw new TaskFailure(
      `Could not fetch signed_by key: ${answer.error ?? `HTTP Error ${answer.status}: ${answer.reason}`}`,
    );
  }
  const { body } = answer;
  const path = Buffer.from(body).includes('-----BEGIN PGP PUBLIC KEY BLOCK-----') ? armored : binary;
  const sha1 = createHash('sha1').update(body).digest('hex');
  const wanted: WantedFile = {
    sha1,
    size: body.length,
    source: signedBy,
    from: { content: body },
    bytes: body,
  };
  return { value: path, path, file: { wanted, place: await readPlace(path, wanted, false, host) } };
}

/** The file as python-debian writes it: fields by the order of their parameters' names. */
export function sourcesText(given: Record<string, unknown>, key: string | undefined): string {
  const names = Object.keys(deb822Fields).sort();
  return names
    .map((name) => {
      const value = name === 'signed_by' ? key : given[name];
      return value === undefined ? '' : `${fieldName(name)}:${fieldValue(value)}\n`;
    })
    .join('');
}

function fieldName(name: string): string {
  if (name === 'name') return 'X-Repolib-Name';
  if (name === 'uris') return 'URIs';
  return name
    .split('_')
    .map((word) => word[0]!.toUpperCase() + word.slice(1))
    .join('-');
}

function fieldValue(value: unknown): string {
  const text =
    typeof value === 'boolean'
      ? value
        ? 'yes'
        : 'no'
      : Array.isArray(value)
        ? value.join(' ')
        : String(value);
  if (!text.includes('\n')) return ` ${text}`;
  const lines = text
    .trim()
    .split('\n')
    .map((line) => `    ${line.trim() || '.'}`);
  return `\n${lines.join('\n')}`;
}
