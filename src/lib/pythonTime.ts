/** Seconds as Python prints a timedelta: `0:00:01.500000`, `1 day, 0:00:00`. */
export function timedeltaText(seconds: number): string {
  const micros = Math.round(seconds * 1e6);
  const whole = Math.floor(micros / 1e6);
  const days = Math.floor(whole / 86400);
  const clock = `${Math.floor((whole % 86400) / 3600)}:${two((whole % 3600) / 60)}:${two(whole % 60)}`;
  return `${days === 0 ? '' : `${days} day${days === 1 ? '' : 's'}, `}${clock}${fraction(micros)}`;
}

/** Seconds since the epoch as Python prints a datetime in the local time zone: `2024-02-29 13:05:59.250000`. */
export function datetimeText(epoch: number): string {
  const micros = Math.round(epoch * 1e6);
  const time = new Date(Math.floor(micros / 1000));
  const date = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${date} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}${fraction(micros)}`;
}

function two(number: number): string {
  return String(Math.floor(number)).padStart(2, '0');
}

// Python leaves the fraction out where it is nought.
function fraction(micros: number): string {
  const rest = micros % 1e6;
  return rest === 0 ? '' : `.${String(rest).padStart(6, '0')}`;
}
