import { z } from 'zod';
import { ansibleBool, ansibleFloat, ansibleInt, ansibleText, choice, listOf } from '../params.ts';
import { accountText, LOCAL_REFUSED } from './field.ts';

const OTHER_SYSTEMS = 'Taken for compatibility; means nothing on Linux.';

/** The parameters of user, with Ansible's names. */
export const userParams = z
  .strictObject({
    name: accountText()
      .refine((name) => name !== '', 'must not be empty')
      .describe('The user.'),
    state: choice(['absent', 'present']).default('present').describe('Whether the user is to be there.'),
    uid: ansibleInt().optional().describe('User number.'),
    non_unique: ansibleBool().default(false).describe('Allow a uid that another user has.'),
    group: accountText().optional().describe('Primary group: a name or a number.'),
    groups: listOf(accountText())
      .optional()
      .describe('Further groups; an empty text or list takes the user out of all of them.'),
    append: ansibleBool().default(false).describe('Add to groups, and leave those that are there.'),
    comment: accountText().optional().describe('Full name and the like.'),
    home: accountText().optional().describe('Home directory.'),
    create_home: ansibleBool().default(true).describe('Make the home directory where it is missing.'),
    move_home: ansibleBool()
      .default(false)
      .describe('With another home: move the old one there, unless there is something already.'),
    skeleton: ansibleText().optional().describe('Directory whose content a new home gets; else /etc/skel.'),
    umask: ansibleText()
      .refine((umask) => /^[0-7]{1,4}$/.test(umask), 'must be an octal number such as "0027"')
      .optional()
      .describe('Umask for a new home; HOME_MODE in /etc/login.defs goes before it.'),
    shell: accountText().optional().describe('Login shell.'),
    system: ansibleBool().default(false).describe('Make a new user one of the system.'),
    password: accountText().optional().describe('Password as crypt(3) hashes it; `!` and `*` allow none.'),
    update_password: choice(['always', 'on_create'])
      .default('always')
      .describe('Set the password every time it differs, or only for a new user.'),
    password_lock: ansibleBool().optional().describe('Lock the password, or unlock it.'),
    password_expire_max: ansibleInt().optional().describe('Days after which a password must change.'),
    password_expire_min: ansibleInt().optional().describe('Days before which a password may not change.'),
    password_expire_warn: ansibleInt().optional().describe('Days of warning before a password must change.'),
    password_expire_account_disable: ansibleInt()
      .optional()
      .describe('Days after which an account with an old password closes.'),
    expires: ansibleFloat()
      .optional()
      .describe('When the account closes, in seconds since 1970; below 0 for never.'),
    remove: ansibleBool().default(false).describe('With state absent: remove home and mail too.'),
    force: ansibleBool()
      .default(false)
      .describe('With state absent: even while logged in. With generate_ssh_key: make a key anew.'),
    generate_ssh_key: ansibleBool()
      .default(false)
      .describe('Make an SSH key for the user where there is none.'),
    ssh_key_bits: ansibleInt().default(0).describe('Size of the key; 0 is what ssh-keygen takes.'),
    ssh_key_type: ansibleText().default('rsa').describe('Type of the key.'),
    ssh_key_file: ansibleText().optional().describe('Where the key goes; a relative path lies in the home.'),
    ssh_key_comment: ansibleText()
      .optional()
      .describe('Comment of the key; else `ansible-generated on` and the name of the host.'),
    ssh_key_passphrase: ansibleText().optional().describe('Passphrase of the key; else it has none.'),
    uid_min: ansibleInt().optional().describe('Lowest number for a new user.'),
    uid_max: ansibleInt().optional().describe('Highest number for a new user.'),
    local: ansibleBool()
      .refine((local) => !local, LOCAL_REFUSED)
      .optional()
      .describe('Only false: the tools of libuser are not used.'),
    seuser: ansibleText().optional().describe('SELinux user.'),
    login_class: ansibleText().optional().describe(OTHER_SYSTEMS),
    hidden: ansibleBool().optional().describe(OTHER_SYSTEMS),
    profile: ansibleText().optional().describe(OTHER_SYSTEMS),
    authorization: ansibleText().optional().describe(OTHER_SYSTEMS),
    role: ansibleText().optional().describe(OTHER_SYSTEMS),
  })
  .refine(({ uid_min, uid_max }) => uid_min === undefined || uid_max === undefined || uid_min <= uid_max, {
    error: 'uid_min is above uid_max',
  });

export type UserParams = z.output<typeof userParams>;

/** Parameters that are compared with shadow fields. */
export function shadowParams(params: UserParams): string[] {
  const compared = {
    expires: params.expires,
    password: params.update_password === 'always' ? params.password : undefined,
    password_lock: params.password_lock,
    password_expire_max: params.password_expire_max,
    password_expire_min: params.password_expire_min,
    password_expire_warn: params.password_expire_warn,
    password_expire_account_disable: params.password_expire_account_disable,
  };
  return Object.entries(compared).flatMap(([name, value]) => (value === undefined ? [] : [name]));
}
