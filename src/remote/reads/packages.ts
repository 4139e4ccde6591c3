import { TaskFailure } from '../../module/plan.ts';
import { definePrimitive } from '../primitive.ts';

/** Everything that is installed, by one dpkg-query. */
export const packages = definePrimitive('packages', {
  script: () =>
    "dpkg-query -W -f '${db:Status-Status}\\t${Package}\\t${Version}\\t${Architecture}\\t${Section}\\n'",
  parse({ rc, stdout }, asked) {
    if (rc === 127)
      return asked.map(() => new TaskFailure('dpkg-query is not there: this is no Debian host'));
    const found = stdout
      .toString()
      .split('\n')
      .flatMap((line) => {
        const [status, name = '', version = '', architecture = '', section = ''] = line.split('\t');
        return status === 'installed' ? [{ name, version, architecture, section }] : [];
      });
    return asked.map(() => found);
  },
  paths: () => ['/var/lib/dpkg/status'],
});
