import { Secret } from '../lib/secret.ts';
import type { Control } from './define.ts';
import { downloadStep, nameInUrl } from './download.ts';
import { hostPath } from './hostPath.ts';
import { TaskFailure } from './plan.ts';
import type { Reads } from './reads.ts';
import type { Content, Step } from './step.ts';

/** How an archive gets to the host; undefined where it is there. */
export type Bringing = { content: Content } | { url: string } | undefined;

interface ArchiveParams {
  src: string;
  remote_src?: boolean | undefined;
  copy?: boolean | undefined;
  decrypt: boolean;
}

/** Where the archive will be on the host, and how it gets there. */
export async function readArchive(
  params: ArchiveParams,
  dest: string,
  host: Reads,
  control: Control,
): Promise<{ archive: string; bring: Bringing }> {
  const { src } = params;
  const remote = params.remote_src ?? params.copy === false;
  if (remote && src.includes('://')) {
    return { archive: `${dest}/.flotte-${nameInUrl(src)}`, bring: { url: src } };
  }
  if (remote) {
    const archive = await hostPath(src, host);
    if (!(await host.stat({ path: archive, follow: true })))
      throw new TaskFailure(`Source '${src}' does not exist`);
    return { archive, bring: undefined };
  }
  const { vault, file, size, sha1 } = await control.file(src);
  const archive = `${dest}/.flotte-${sha1.slice(0, 12)}-${file.slice(file.lastIndexOf('/') + 1)}`;
  const content = vault && params.decrypt ? new Secret(await control.text(src)) : { file, size, sha1 };
  return { archive, bring: { content } };
}

/** The steps that bring an archive to its place. */
export function bringSteps(bring: Bringing, path: string, validateCerts: boolean): Step[] {
  if (!bring) return [];
  if ('content' in bring) return [{ kind: 'put', path, content: bring.content, attributes: { mode: 0o600 } }];
  const request = {
    url: bring.url,
    method: 'GET',
    followRedirects: true,
    seconds: 30,
    validateCerts,
  };
  return [downloadStep({ request, path, sum: undefined, backup: false })];
}
