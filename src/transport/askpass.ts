import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Secret } from '../lib/secret.ts';

/** A way for the ssh program to get a password that is neither in its arguments nor in its environment. */
export interface Askpass {
  env: Record<string, string>;
  /** Takes the password back where nobody has asked. */
  end(): Promise<void>;
}

/** Asked for a password, it passes one line of the pipe on; asked for anything else, it gives nothing. */
const SCRIPT = `#!/bin/sh
case $1 in
  *assword*) IFS= read -r line <"$0.pipe" && printf '%s\\n' "$line" ;;
  *) exit 1 ;;
esac
`;

/** Lays a script and a pipe into a private folder; the password lies only in the pipe, to be read once. */
export async function prepareAskpass(folder: string, password: Secret): Promise<Askpass> {
  const script = join(folder, 'askpass');
  await writeFile(script, SCRIPT, { mode: 0o700 });
  await promisify(execFile)('mkfifo', ['-m', '600', `${script}.pipe`]);
  // Open for both directions: for writing alone it would wait for a reader, which may never come.
  const pipe = await open(`${script}.pipe`, constants.O_RDWR);
  await pipe.write(`${password.reveal()}\n`);
  return {
    env: { SSH_ASKPASS: script, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: 'none' },
    end: () => pipe.close(),
  };
}
