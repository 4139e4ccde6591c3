import { describe, expect, it } from 'vitest';
import { identity } from '../../../../src/remote/reads/identity.ts';

function parsed(stdout: string) {
  return identity.parse({ rc: 0, stdout: Buffer.from(stdout), stderr: Buffer.alloc(0) }, [{}, {}]);
}

describe('identity', () => {
  it('tells who works on the host, for all that ask', () => {
    const id = 'uid=1000(deploy) gid=1001(www) groups=1001(www),27(sudo)';
    const deploy = {
      uid: 1000,
      gid: 1001,
      owner: 'deploy',
      group: 'www',
      groups: [1001, 27],
      umask: 0o022,
      home: '/home/deploy',
    };
    expect(parsed(`${id}\n0022\n/home/deploy`)).toEqual([deploy, deploy]);
  });

  it('gives the number where there is no name', () => {
    expect(parsed('uid=1234 gid=1234 groups=1234\n027\n/')[0]).toEqual({
      uid: 1234,
      gid: 1234,
      owner: '1234',
      group: '1234',
      groups: [1234],
      umask: 0o027,
      home: '/',
    });
  });

  it('is never stale', () => {
    expect(identity.paths?.({})).toEqual([]);
  });
});
