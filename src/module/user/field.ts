import { ansibleText } from '../params.ts';

/**
 * A text that becomes a field of passwd(5), shadow(5) or group(5). A colon or a line break in it would be read as
 * another field, or as the line of another account.
 */
export function accountText() {
  return ansibleText().refine((text) => !/[:\x00-\x1f\x7f]/.test(text), {
    error: 'must not have a colon, a line break or another control character in it',
  });
}

/** `local` of user and group: the tools of libuser, which Debian does not install. */
export const LOCAL_REFUSED =
  'must be left out: it stands for the tools of libuser (luseradd, lgroupadd ...), which are not used here';
