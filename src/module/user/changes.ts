import type { Change } from '../plan.ts';
import type { Step } from '../step.ts';

export interface UserChange extends Change {
  steps: Step[];
}

/** What useradd, usermod and userdel write. */
export const ACCOUNT_FILES = [
  '/etc/passwd',
  '/etc/shadow',
  '/etc/group',
  '/etc/gshadow',
  '/etc/subuid',
  '/etc/subgid',
];

export function option(flag: string, value: string | number | undefined): string[] {
  return value === undefined ? [] : [flag, String(value)];
}
