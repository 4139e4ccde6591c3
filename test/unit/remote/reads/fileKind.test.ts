import { describe, expect, it } from 'vitest';
import { fileKind } from '../../../../src/remote/reads/fileKind.ts';

const asked = [{ path: '/etc/hosts' }, { path: '/srv/gone' }, { path: '/proc/1/stat' }];

function parsed(stdout: string) {
  return fileKind.parse({ rc: 0, stdout: Buffer.from(stdout), stderr: Buffer.alloc(0) }, asked);
}

describe('fileKind', () => {
  it('tells what file and lsattr say of each path', () => {
    const kinds = [
      'text/plain; charset=us-ascii',
      "cannot open `/srv/gone' (No such file or directory)",
      'inode/x-empty; charset=binary',
      '',
    ];
    expect(parsed(`${kinds.join('\n')}\0 986704251 --------------e------- /etc/hosts\n`)).toEqual([
      { mimetype: 'text/plain', charset: 'us-ascii', version: '986704251', flags: 'e' },
      {},
      { mimetype: 'inode/x-empty', charset: 'binary' },
    ]);
  });

  it('says nothing where the host has neither program', () => {
    expect(parsed('\0')).toEqual([{}, {}, {}]);
  });

  it('asks each program once for all paths', () => {
    const script = fileKind.script(asked);
    expect(script.match(/^file -b/gm)).toHaveLength(1);
    expect(script.match(/^lsattr/gm)).toHaveLength(1);
  });
});
