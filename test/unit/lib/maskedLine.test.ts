import { expect, it } from 'vitest';
import { maskedLine } from '../../../src/lib/maskedLine.ts';
import { formatSourceError, SourceError } from '../../../src/lib/sourceError.ts';

it.each([
  ['    password: hunter2', '    password: ********'],
  ['    db_password: "hun: ter2"', '    db_password: ********'],
  [
    "- user: {name: x, password: 'hunter2', state: present}",
    '- user: {name: x, password: ********, state: present}',
  ],
  [
    '- user: {name: x, password: hunter2, state: present}',
    '- user: {name: x, password: ********, state: present}',
  ],
  [
    '- mysql_user: name=x password=hunter2 state=present',
    '- mysql_user: name=x password=******** state=present',
  ],
  ['api_token: abc def', 'api_token: ********'],
  ['  "client_secret": "abc",', '  "client_secret": ********,'],
  ['ansible_become_password=hunter2', 'ansible_become_password=********'],
])('%s', (line, masked) => {
  expect(maskedLine(line)).toBe(masked);
  expect(maskedLine(line)).not.toContain('hunter2');
});

it.each([
  '    password: "{{ vault_password }}"',
  '    password: !vault |',
  '    password: |',
  '    password_lock: true',
  '- name: Set the password of the user',
  '    when: token is defined',
])('%s stays', (line) => {
  expect(maskedLine(line)).toBe(line);
});

it('an error shows its line without what is secret in it', () => {
  const text = formatSourceError(
    new SourceError('wrong', { file: 'f.yml', line: 2, column: 3 }, 'mend it'),
    () => 'password: hunter1\n- user: {password: hunter2}\n',
  );
  expect(text).toContain('- user: {password: ********}');
  expect(text).not.toMatch(/hunter/);
});
