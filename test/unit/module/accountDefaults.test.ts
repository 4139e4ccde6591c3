import { describe, expect, it } from 'vitest';
import { accountDefaults, homeMode } from '../../../src/module/user/defaults.ts';

describe('defaults for new users', () => {
  it('are what the files say, comments apart', () => {
    const login = '#HOME_MODE 0700\nUMASK\t\t027\nUSERGROUPS_ENAB yes\nGID_MIN\t 2000\nPASS_MAX_DAYS\t90\n';
    const found = accountDefaults(login, '# GROUP=7\nSHELL=/bin/bash\nHOME=/srv/homes\n');
    expect(found).toMatchObject({ homes: '/srv/homes', shell: '/bin/bash', group: '100', ownGroup: true });
    expect(found).toMatchObject({ gids: [2000, 60000], systemGids: [101, 1999], ageing: { max: 90 } });
    expect(homeMode(found, undefined)).toBe(0o750);
    expect(homeMode(found, '0077')).toBe(0o700);
  });

  it('HOME_MODE goes before any umask', () => {
    expect(homeMode(accountDefaults('HOME_MODE 0711\nUMASK 077\n', ''), '0027')).toBe(0o711);
  });

  it('are those of useradd where there are no files', () => {
    const found = accountDefaults('', '');
    expect(found).toMatchObject({ homes: '/home', shell: '/bin/sh', ownGroup: false, ageing: {} });
    expect(homeMode(found, undefined)).toBe(0o755);
  });
});
