const day: Intl.DateTimeFormatOptions = { day: "numeric", month: "short", year: "numeric" };
const minute: Intl.DateTimeFormatOptions = { ...day, hour: "2-digit", minute: "2-digit" };

const formats = {
  day: new Intl.DateTimeFormat(undefined, day),
  minute: new Intl.DateTimeFormat(undefined, { ...minute, timeZoneName: "short" }),
};

/** A moment in the reader's zone. @param time milliseconds since 1970 */
export function timeText(time: number, to: "day" | "minute" = "minute"): string {
  return formats[to].format(time);
}

const steps = [
  [60_000, "minute"],
  [3_600_000, "hour"],
  [86_400_000, "day"],
] as const;

const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });

/** How long ago, in whole units, such as `3 days ago`. */
export function agoText(time: number, now: number): string {
  const past = now - time;
  const [length, unit] = steps.findLast(([ms]) => Math.abs(past) >= ms) ?? steps[0];
  return relative.format(-Math.trunc(past / length), unit);
}
