import type { VaultReader } from '../engine/prepared.ts';
import { SourceError } from '../lib/sourceError.ts';

/** A reader for runs without a vault password: what is encrypted is an error that names it. */
export function withoutVault(): VaultReader {
  const hint = 'Give the password with --vault-password-file, --vault-id or --ask-vault-pass.';
  return {
    openFile(text, file) {
      if (!text.startsWith('$ANSIBLE_VAULT;')) return text;
      throw new SourceError(`${file} is encrypted, and no vault password is given`, undefined, hint);
    },
    openValue(value) {
      throw new SourceError('this value is encrypted, and no vault password is given', value.place, hint);
    },
  };
}
