import type { Passwd } from '../reads.ts';
import type { RunStep } from '../step.ts';
import type { UserParams } from './params.ts';

type Shadow = NonNullable<Passwd['shadow']>;
type Field = 'min' | 'max' | 'warn' | 'inactive';

const DAY = 86400;
const FLAGS: Record<Field, string> = { max: '-M', min: '-m', warn: '-W', inactive: '-I' };

/** Days of password ageing that differ, for chage(1); -1 stands for none. */
export function ageingDifferences(params: UserParams, shadow: Shadow): { field: Field; value: number }[] {
  const asked: Record<Field, number | undefined> = {
    max: params.password_expire_max,
    min: params.password_expire_min,
    warn: params.password_expire_warn,
    inactive: params.password_expire_account_disable,
  };
  return (Object.keys(FLAGS) as Field[]).flatMap((field) => {
    const value = asked[field];
    return value === undefined || value === (shadow[field] ?? -1) ? [] : [{ field, value }];
  });
}

export function ageingStep(name: string, differences: { field: Field; value: number }[]): RunStep {
  const words = differences.flatMap(({ field, value }) => [FLAGS[field], String(value)]);
  return { kind: 'run', argv: ['chage', ...words, '--', name], touches: ['/etc/shadow'] };
}

export function ageingText(differences: { field: Field; value: number }[], shadow: Shadow): string {
  return differences
    .map(({ field, value }) => `${field} ${value} (was ${shadow[field] ?? 'none'})`)
    .join(', ');
}

/** The shadow fields with these days. */
export function withDays(shadow: Shadow, differences: { field: Field; value: number }[]): Shadow {
  const days = differences.map(({ field, value }) => [field, value < 0 ? undefined : value] as const);
  return definedOnly({ ...shadow, ...Object.fromEntries(days) });
}

/** The day on which an account closes, as shadow(5) counts days; undefined for never. */
export function expiryDay(expires: number): number | undefined {
  return expires < 0 ? undefined : Math.floor(expires / DAY);
}

/** A day as useradd takes it; empty for never. */
export function expiryDate(expires: number): string {
  return expires < 0 ? '' : new Date(Math.floor(expires) * 1000).toISOString().slice(0, 10);
}

export function withExpiry(shadow: Shadow, expires: number | undefined): Shadow {
  return expires === undefined ? shadow : definedOnly({ ...shadow, expires: expiryDay(expires) });
}

function definedOnly(fields: { [K in keyof Shadow]: Shadow[K] | undefined }): Shadow {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as unknown as Shadow;
}
