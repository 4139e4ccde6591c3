import { describe, expect, it } from 'vitest';
import { group } from '../../../../src/remote/reads/group.ts';
import { passwd } from '../../../../src/remote/reads/passwd.ts';
import { answered } from './answered.ts';

const GROUPS = 'root:x:0:\nsudo:x:27:deploy,anna\nwww-data:x:33:\ndeploy:x:1000:\nadm:x:4:deploy\n';

describe('passwd', () => {
  const users = 'root:x:0:0:root:/root:/bin/bash\ndeploy:x:1000:1000:De Ploy,,,:/home/deploy:/bin/sh\n';
  const shadows = 'root:*:20228:0:99999:7:::\ndeploy:$y$j9T$abc:20300:0:99999:7:14:20500:\n';

  it('puts a user together, with groups sorted and shadow fields', () => {
    const printed = answered(`${users}\x1e${GROUPS}\x1e${shadows}`, '', 2);
    expect(passwd.parse(printed, [{ name: 'nonesuch' }, { name: 'deploy' }, { name: '0' }])).toEqual([
      undefined,
      {
        name: 'deploy',
        uid: 1000,
        gid: 1000,
        gecos: 'De Ploy,,,',
        home: '/home/deploy',
        shell: '/bin/sh',
        groups: ['adm', 'sudo'],
        group: 'deploy',
        shadow: {
          password: '$y$j9T$abc',
          lastChange: 20300,
          min: 0,
          max: 99999,
          warn: 7,
          inactive: 14,
          expires: 20500,
        },
      },
      undefined,
    ]);
  });

  it('finds a user by number, without the shadow fields', () => {
    const printed = answered(`${users}\x1e${GROUPS}\x1e${shadows}`);
    const [user, nobody] = passwd.parse(printed, [{ uid: 1000 }, { uid: 7 }]);
    expect(user).toMatchObject({ name: 'deploy', uid: 1000, groups: ['adm', 'sudo'] });
    expect(user).not.toHaveProperty('shadow');
    expect(nobody).toBeUndefined();
  });

  it('leaves shadow out where it may not be read', () => {
    const [user] = passwd.parse(answered(`${users}\x1e${GROUPS}\x1e`), [{ name: 'root' }]);
    expect(user).not.toHaveProperty('shadow');
  });
});

describe('group', () => {
  it('goes by names, never by numbers', () => {
    expect(
      group.parse(answered(GROUPS), [{ name: 'sudo' }, { name: '0' }, { name: 'www-data' }, { gid: 4 }]),
    ).toEqual([
      { name: 'sudo', gid: 27, members: ['deploy', 'anna'] },
      undefined,
      { name: 'www-data', gid: 33, members: [] },
      { name: 'adm', gid: 4, members: ['deploy'] },
    ]);
  });

  it('tells whose primary group it is, where that is asked', () => {
    const users =
      'root:x:0:0:root:/root:/bin/sh\ngames:x:5:0::/:/bin/sh\nanna:x:1000:1000::/home/anna:/bin/sh\n';
    expect(
      group.parse(answered(`${GROUPS}\x1e${users}`), [
        { name: 'root', primaryOf: true },
        { name: 'sudo', primaryOf: true },
        { name: 'deploy' },
      ]),
    ).toEqual([
      { name: 'root', gid: 0, members: [], primaryOf: ['root', 'games'] },
      { name: 'sudo', gid: 27, members: ['deploy', 'anna'], primaryOf: [] },
      { name: 'deploy', gid: 1000, members: [] },
    ]);
  });
});
