import { z } from 'zod';
import { translate } from '../lib/pythonRegex.ts';
import { assembled, type Fragment } from '../module/assembled.ts';
import { planCopy } from '../module/copyPlan.ts';
import { readSingle } from '../module/copyRead.ts';
import { type Control, defineModule } from '../module/define.ts';
import { attributeAliases, attributeParams, readAccounts } from '../module/fileAttributes.ts';
import { backupResult } from '../module/fileContent.ts';
import { hostPath } from '../module/hostPath.ts';
import { ansibleBool, ansibleText } from '../module/params.ts';
import { TaskFailure } from '../module/plan.ts';
import type { Reads } from '../module/reads.ts';
import { patternParam, validateParam } from '../module/textEdit.ts';
import { wantedBytes } from '../module/wantedFile.ts';

const params = z.strictObject({
  src: ansibleText().describe('Directory of the parts.'),
  dest: ansibleText().describe('The file that is made of them.'),
  ...attributeParams,
  delimiter: ansibleText().optional().describe('What stands between the parts.'),
  remote_src: ansibleBool().default(true).describe('The directory is on the host; else on the control side.'),
  regexp: patternParam().optional().describe('Take only parts whose names this regular expression finds.'),
  ignore_hidden: ansibleBool().default(false).describe('Leave out parts whose names begin with a dot.'),
  backup: ansibleBool().default(false).describe('Keep what was there under a name with the date.'),
  validate: validateParam(),
  decrypt: ansibleBool().default(true).describe('Decrypt parts of the control side that are vault files.'),
});

type Params = z.infer<typeof params>;

/** Makes a file of parts. */
export default defineModule({
  name: 'assemble',
  collection: 'ansible.builtin',
  doc: 'Make a file of the parts in a directory, in the order of their names.',
  params,
  aliases: attributeAliases,
  async read(params, host, control) {
    const [fragments, accounts] = await Promise.all([
      params.remote_src ? hostFragments(params, host) : controlFragments(params, control),
      readAccounts(params, host),
    ]);
    const wanted = wantedBytes(assembled(fragments, params.delimiter), params.src);
    const { directories, place } = await readSingle(
      { ...params, follow: false, name: undefined },
      wanted,
      host,
    );
    return {
      accounts,
      directories,
      files: [{ place, wanted }],
      links: [],
      named: { src: params.src, msg: 'OK' },
    };
  },
  plan: (params, now) => planCopy({ ...params, force: true }, now),
  steps: (change) => change.steps,
  result: (_params, _now, done) => backupResult(done),
});

async function hostFragments(params: Params, host: Reads): Promise<Fragment[]> {
  const path = await hostPath(params.src, host);
  const entries = await host.entries({ path });
  if (!entries) throw new TaskFailure(`Source (${params.src}) is not a directory`);
  const files = entries.filter(({ type, path }) => type === 'file' && isWanted(nameOf(path), params));
  return Promise.all(
    files.map(async (file) => fragment(nameOf(file.path), await host.content({ path: file.path }))),
  );
}

async function controlFragments(params: Params, control: Control): Promise<Fragment[]> {
  const { files } = await control.directory(params.src);
  const wanted = files.filter(({ path }) => !path.includes('/') && isWanted(path, params));
  return Promise.all(
    wanted.map(async ({ path, vault }) => {
      const src = `${params.src.replace(/\/+$/, '')}/${path}`;
      return fragment(
        path,
        vault && params.decrypt ? Buffer.from(await control.text(src)) : await control.bytes(src),
      );
    }),
  );
}

function fragment(name: string, bytes: Uint8Array | undefined): Fragment {
  if (!bytes) throw new TaskFailure(`the part ${name} cannot be read`);
  return { name, bytes };
}

function isWanted(name: string, { regexp, ignore_hidden }: Params): boolean {
  if (ignore_hidden && name.startsWith('.')) return false;
  return regexp === undefined || translate(regexp).test(name);
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
