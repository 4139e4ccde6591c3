import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mysqlQuery } from '../../../../src/remote/reads/mysqlQuery.ts';
import { answered } from './answered.ts';

const asked = { options: ['-h', "it's"], query: 'SELECT "x"' };

/** What a client would be told, seen by one that prints its arguments and the option file. */
function toldToClient(login?: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'flotte-mysql-'));
  const client = join(folder, 'mysql');
  writeFileSync(client, '#!/bin/sh\nprintf "%s|" "$@"\ncase $1 in *fd/3) cat <&3 ;; esac\n');
  chmodSync(client, 0o755);
  const of = login === undefined ? asked : { ...asked, login };
  const env = { PATH: `${folder}:${process.env.PATH}` };
  const { stdout } = spawnSync('sh', ['-c', mysqlQuery.script([of])], {
    env,
    input: mysqlQuery.stdin!([of]),
  });
  rmSync(folder, { recursive: true });
  return stdout.toString();
}

describe('mysqlQuery', () => {
  it('gives rows of texts, with what the client has escaped', () => {
    const { parse } = mysqlQuery;
    expect(parse(answered('a\\tb\tc\\\\n\n\t\n'), [asked])).toEqual([
      {
        rc: 0,
        rows: [
          ['a\tb', 'c\\n'],
          ['', ''],
        ],
        stderr: '',
      },
    ]);
    expect(parse(answered('', 'ERROR 1045\n', 1), [asked])).toEqual([
      { rc: 1, rows: [], stderr: 'ERROR 1045' },
    ]);
  });

  it('may not write, and reads the options of the host without a login', () => {
    expect(toldToClient()).toBe(
      '-h|it\'s|--init-command=SET SESSION TRANSACTION READ ONLY|--batch|--skip-column-names|-e|SELECT "x"|',
    );
  });

  it('hands a login over in an option file that is a pipe', () => {
    const told = toldToClient('[client]\npassword="$(id) `id` \\"x\\""\n');
    expect(told).toMatch(/^--defaults-file=\/dev\/fd\/3\|-h\|it's\|/);
    expect(told).not.toMatch(/\|[^|]*password[^|]*\|/);
    expect(told.endsWith('|[client]\npassword="$(id) `id` \\"x\\""\n\n')).toBe(true);
  });
});
