const moment =
  /^(-?\d{1,6})([-/ \\])(\d{1,2})\2(\d{1,2})(?:(?:T| +)(\d{1,2}):(\d{1,2})(?::(?:(\d{1,2})(?:\.(\d*))?)?)? *(?:Z|UTC|([+-])(\d{2})(?::?(\d{2}))?(?::(\d{2}))?)?)?$/;

/** Days since 1970-01-01 of a date of the Gregorian calendar. */
function daysOf(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
}

function daysIn(year: number, month: number): number {
  const next = month === 12 ? daysOf(year + 1, 1, 1) : daysOf(year, month + 1, 1);
  return next - daysOf(year, month, 1);
}

/**
 * When a text says it is: ISO 8601 and its usual variants, to the microsecond; without an offset it is UTC.
 *
 * @returns milliseconds since 1970-01-01 UTC; undefined for anything else
 */
export function readMoment(text: string): number | undefined {
  const found = moment.exec(text.trim());
  if (found === null) return undefined;
  const part = (i: number): number => Number(found[i] ?? 0);
  const [year, month, day, hour, minute, second] = [part(1), part(3), part(4), part(5), part(6), part(7)];
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  const isMidnight = hour === 24 && minute === 0 && second === 0;
  if ((hour > 23 && !isMidnight) || minute > 59 || second > 59) return undefined;
  const micros = Number((found[8] ?? "").slice(0, 6).padEnd(6, "0"));
  const sign = found[9] === "-" ? 1 : -1;
  const offset = sign * (part(10) * 3600 + part(11) * 60 + part(12));
  const seconds = daysOf(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second + offset;
  return (seconds * 1_000_000 + micros) / 1000;
}
