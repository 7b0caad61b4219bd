/** What `03/04/2024` means; `unknown`: neither, so it equals only dates written in the same digits. */
export type DateOrder = "day-month" | "month-day" | "unknown";

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const NAMES =
  "january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec";
const WEEKDAY = /^(sun|mon|tue|wed|thu|fri|sat)(?:s|nes|rs|ur)?(?:day)?\.?,? /;
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

const two = (value: number): string => `${value}`.padStart(2, "0");

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year % 400 === 0 ? 2000 : 2000 + (year % 400), month, 0)).getUTCDate();
}

function dateKey(year: number, month: number, day: number): string | null {
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return null;
  return `${`${year}`.padStart(4, "0")}-${two(month)}-${two(day)}`;
}

function slashKey(a: number, b: number, year: number, order: DateOrder): string | null {
  if (order === "day-month" || a > 12) return dateKey(year, b, a);
  if (order === "month-day" || b > 12 || a === b) return dateKey(year, a, b);
  const possible = dateKey(year, a, b) ?? dateKey(year, b, a);
  return possible === null ? null : `${a}/${b}/${year}?`;
}

function readDay(text: string, order: DateOrder): string | null {
  const iso = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})$/.exec(text);
  if (iso !== null) return dateKey(Number(iso[1]), Number(iso[3]), Number(iso[4]));
  const dotted = /^(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})$/.exec(text);
  if (dotted !== null) return dateKey(Number(dotted[3]), Number(dotted[2]), Number(dotted[1]));
  const slashed = /^(\d{1,2})([/-])(\d{1,2})\2(\d{4})$/.exec(text);
  if (slashed !== null) return slashKey(Number(slashed[1]), Number(slashed[3]), Number(slashed[4]), order);
  const month = (name: string | undefined): number => MONTHS.indexOf((name ?? "").slice(0, 3)) + 1;
  const dayFirst = new RegExp(
    `^(?:the )?(\\d{1,2})(?:st|nd|rd|th)?\\.?(?: of|-)? ?(${NAMES})\\.?(?:,? ?(?:of )?-?(\\d{4}))?$`,
  ).exec(text);
  const monthFirst = new RegExp(`^(${NAMES})\\.? (?:the )?(\\d{1,2})(?:st|nd|rd|th)?(?:,? (\\d{4}))?$`).exec(text);
  const [name, day, year] =
    dayFirst !== null
      ? [dayFirst[2], dayFirst[1], dayFirst[3]]
      : monthFirst !== null
        ? [monthFirst[1], monthFirst[2], monthFirst[3]]
        : [];
  if (name !== undefined) {
    if (year !== undefined) return dateKey(Number(year), month(name), Number(day));
    return dateKey(2000, month(name), Number(day))?.slice(4) ?? null;
  }
  const monthOnly = new RegExp(`^(${NAMES})\\.?,? (?:of )?(\\d{4})$`).exec(text);
  return monthOnly === null ? null : `${monthOnly[2]}-${two(month(monthOnly[1]))}`;
}

/** Seconds since midnight and the offset of the zone in minutes; null offset where no zone is named. */
interface Clock {
  readonly seconds: number;
  readonly fraction: string;
  readonly offset: number | null;
}

function readClock(text: string): Clock | null {
  const word = /^(noon|midnight)$/.exec(text)?.[1];
  if (word !== undefined) return { seconds: word === "noon" ? 43_200 : 0, fraction: "", offset: null };
  const match =
    /^(\d{1,2})(?::(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)? ?(a\.?m\.?|p\.?m\.?)?(?: ?(z|utc|gmt)| ?(?:utc|gmt)?([+-])(\d{2}):?(\d{2}))?$/.exec(
      text,
    );
  if (match === null) return null;
  const [
    ,
    hourText,
    minuteText,
    secondText = "0",
    fraction = "",
    half,
    zero,
    sign,
    zoneHours = "0",
    zoneMinutes = "0",
  ] = match;
  if (minuteText === undefined && half === undefined) return null;
  let hour = Number(hourText);
  const minute = Number(minuteText ?? "0");
  if (half !== undefined) {
    if (hour < 1 || hour > 12) return null;
    hour = (hour % 12) + (half.startsWith("p") ? 12 : 0);
  }
  if (hour > 23 || minute > 59 || Number(secondText) > 59 || Number(zoneHours) > 14 || Number(zoneMinutes) > 59)
    return null;
  const offset = sign === undefined ? null : (sign === "-" ? -1 : 1) * (Number(zoneHours) * 60 + Number(zoneMinutes));
  return {
    seconds: hour * 3600 + minute * 60 + Number(secondText),
    fraction: fraction.replace(/0+$/, ""),
    offset: zero === undefined ? offset : 0,
  };
}

function clockText(seconds: number, fraction: string): string {
  const minutes = Math.floor(seconds / 60);
  const time = `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}:${two(seconds % 60)}`;
  return fraction === "" ? time : `${time}.${fraction}`;
}

const DAY = 86_400;

/**
 * A canonical form of a date, a time or both, where the whole text is one: `2024-03-04`, `4 March 2024`, `March 4th, 2024`,
 * `04.03.2024`, `03/04/2024`, `10:30 am`, `2024-03-04T10:30:00+02:00`, `March 2024`, `3 March`.
 *
 * Times with a zone (Z, UTC, GMT or an offset) are compared as instants; times without one only with each other. A weekday must
 * fit its date. Two-digit years, named zones other than UTC and a lone year are not read as dates.
 *
 * @param text as `prepareText` leaves it
 * @returns null where it is none
 */
export function readDate(text: string, order: DateOrder): string | null {
  if (text.length > 60) return null;
  let plain = text.toLowerCase().replace(/^(?:on|at) /, "");
  const weekday = WEEKDAY.exec(plain)?.[1];
  if (weekday !== undefined) plain = plain.replace(WEEKDAY, "");
  const alone = weekday === undefined ? readClock(plain) : null;
  if (alone !== null) {
    const { seconds, offset, fraction } = alone;
    if (offset === null) return clockText(seconds, fraction);
    return `${clockText((((seconds - offset * 60) % DAY) + DAY) % DAY, fraction)}Z`;
  }
  const day = readDay(plain, order);
  if (day !== null) return weekday === undefined || fitsWeekday(day, weekday) ? day : null;
  const split = /^(.+?)(?:t(?=\d\d:)|,? at |, | )((?:\d{1,2}[: ap]|noon|midnight).*)$/.exec(plain);
  const date = readDay(split?.[1] ?? "", order);
  const clock = readClock(split?.[2] ?? "");
  if (date === null || clock === null || date.length < 10) return null;
  if (weekday !== undefined && !fitsWeekday(date, weekday)) return null;
  const { seconds, offset, fraction } = clock;
  if (offset === null || date.endsWith("?")) {
    return offset === null ? `${date}T${clockText(seconds, fraction)}` : null;
  }
  const utc = new Date(Date.parse(`${date}T00:00:00Z`) + (seconds - offset * 60) * 1000).toISOString().slice(0, 19);
  return `${utc}${fraction === "" ? "" : `.${fraction}`}Z`;
}

function fitsWeekday(date: string, weekday: string): boolean {
  const full = /^\d{4}-\d{2}-\d{2}$/.test(date);
  return full && DAYS[new Date(`${date}T00:00:00Z`).getUTCDay()] === weekday;
}
