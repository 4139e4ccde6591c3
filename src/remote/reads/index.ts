import type { Reads } from '../../module/reads.ts';
import type { Primitive } from '../primitive.ts';
import { aptListsTime } from './aptListsTime.ts';
import { aptNames } from './aptNames.ts';
import { aptSimulate } from './aptSimulate.ts';
import { checksum } from './checksum.ts';
import { content } from './content.ts';
import { crontab } from './crontab.ts';
import { debconf } from './debconf.ts';
import { entries } from './entries.ts';
import { executable } from './executable.ts';
import { facts } from './facts.ts';
import { fileKind } from './fileKind.ts';
import { getent } from './getent.ts';
import { group } from './group.ts';
import { http } from './http.ts';
import { identity } from './identity.ts';
import { locales } from './locales.ts';
import { localTime } from './localTime.ts';
import { mysqlQuery } from './mysqlQuery.ts';
import { packageState } from './package.ts';
import { packages } from './packages.ts';
import { passwd } from './passwd.ts';
import { ping } from './ping.ts';
import { pipDryRun } from './pipDryRun.ts';
import { pipList } from './pipList.ts';
import { realpath } from './realpath.ts';
import { selection } from './selection.ts';
import { services } from './services.ts';
import { stat } from './stat.ts';
import { supervisorStatus } from './supervisorStatus.ts';
import { tree } from './tree.ts';
import { unit } from './unit.ts';
import { wait } from './wait.ts';

/**
 * Every read primitive by its name. A new one is a file of this folder:
 *
 *     export const executable = definePrimitive('executable', {
 *       script: (asked) => asked.map(({ name }) => `command -v ${shellQuote(name)}; printf '\\0'`).join('\n'),
 *       parse: ({ stdout }, asked) => {
 *         const printed = stdout.toString('utf8').split('\0');
 *         return asked.map((_, i) => printed[i]?.trim() || undefined);
 *       },
 *       paths: ({ name }) => [`/usr/bin/${name}`, `/usr/local/bin/${name}`],
 *     });
 *
 * What its script may count on: it runs in a subshell of the channel's sh (dash, bash or busybox), in `/`, with
 * LC_ALL=C, its standard input closed or holding exactly what `stdin` gave; stdout and stderr come back apart and
 * byte for byte. `$fl_find` is not empty where find knows -printf. Names beginning with `fl_` belong to the loop. It
 * must print so that an answer can be found when another path's answer is missing (NUL-separated, or with the
 * question repeated), quote every argument with `shellQuote`, and hold no NUL and no secret that is to be seen in argv.
 */
export const primitives: { [N in keyof Reads]: Primitive<N> } = {
  aptListsTime,
  aptNames,
  aptSimulate,
  checksum,
  content,
  entries,
  executable,
  fileKind,
  facts,
  getent,
  packages,
  selection,
  debconf,
  services,
  crontab,
  group,
  http,
  identity,
  localTime,
  locales,
  mysqlQuery,
  package: packageState,
  passwd,
  ping,
  pipDryRun,
  pipList,
  realpath,
  stat,
  supervisorStatus,
  tree,
  unit,
  wait,
};
