const dayMs = 86_400_000;
/** Milliseconds since 1970 before which nothing is taken. */
export const earliest: number = Date.UTC(2000, 0, 1);

/**
 * Milliseconds since 1970 of a moment as clients give it, or a sentence that says what is wrong with it.
 *
 * @param value milliseconds since 1970, or ISO 8601 with a zone: `2026-03-01T12:00:00.250Z`, `2026-03-01T13:00:00+01:00`
 * @param now milliseconds since 1970; what is more than a day later is refused, as is all before the year 2000
 */
export function parseTime(value: unknown, now: number): number | string {
  const time = typeof value === "string" ? isoTime(value) : value;
  if (typeof time !== "number" || !Number.isFinite(time))
    return "ISO 8601 with a zone, such as 2026-03-01T12:00:00Z, or milliseconds since 1970";
  if (time < earliest) return "milliseconds since 1970, not before the year 2000";
  if (time > now + dayMs) return `at most a day after the server's clock, which says ${new Date(now).toISOString()}`;
  return Math.floor(time);
}

/** Undefined where the text is no such moment, also for a 30 February. */
function isoTime(text: string): number | undefined {
  if (text.length < 17 || text.length > 35) return undefined;
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 2);
  const day = digits(text, 8, 2);
  const hour = digits(text, 11, 2);
  const minute = digits(text, 14, 2);
  if (text[4] !== "-" || text[7] !== "-" || text[10] !== "T" || text[13] !== ":") return undefined;
  let at = 16;
  let second = 0;
  let millisecond = 0;
  if (text[at] === ":") {
    second = digits(text, 17, 2);
    at = 19;
    if (text[at] === ".") {
      const start = ++at;
      for (let scale = 100; isDigit(text, at); scale /= 10, at++)
        if (scale >= 1) millisecond += scale * (text.charCodeAt(at) - 48);
      if (at === start || at - start > 9) return undefined;
    }
  }
  const zone = zoneMinutes(text, at);
  if (zone === undefined || year < 0 || month < 1 || month > 12 || day < 1 || day > daysOf(year, month))
    return undefined;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return undefined;
  return Date.UTC(year, month - 1, day, hour, minute, second, millisecond) - zone * 60_000;
}

function zoneMinutes(text: string, at: number): number | undefined {
  if (text[at] === "Z") return text.length === at + 1 ? 0 : undefined;
  const sign = text[at] === "+" ? 1 : text[at] === "-" ? -1 : 0;
  const hours = digits(text, at + 1, 2);
  const minutes = digits(text, at + 4, 2);
  if (sign === 0 || text[at + 3] !== ":" || text.length !== at + 6) return undefined;
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return undefined;
  return sign * (hours * 60 + minutes);
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}

/** -1 where any of them is no digit. */
function digits(text: string, from: number, count: number): number {
  let value = 0;
  for (let at = from; at < from + count; at++) {
    if (!isDigit(text, at)) return -1;
    value = value * 10 + text.charCodeAt(at) - 48;
  }
  return value;
}

function daysOf(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
