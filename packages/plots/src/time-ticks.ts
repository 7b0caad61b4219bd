const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** The parts of a moment in UTC or in the reader's zone. */
function partsOf(time: Date, zone: "utc" | "local") {
  return zone === "utc"
    ? {
        year: time.getUTCFullYear(),
        month: time.getUTCMonth(),
        day: time.getUTCDate(),
        hour: time.getUTCHours(),
        minute: time.getUTCMinutes(),
      }
    : {
        year: time.getFullYear(),
        month: time.getMonth(),
        day: time.getDate(),
        hour: time.getHours(),
        minute: time.getMinutes(),
      };
}

/**
 * Labels of the ticks of a time axis: `14:00` within a day, `3 Nov` where a day begins, `Nov` where all are months, with the
 * year where it changes.
 *
 * @param zone in which days begin
 */
export function timeTickFormat(zone: "utc" | "local"): (time: Date, index: number, ticks?: readonly Date[]) => string {
  return (time, index, ticks = []) => {
    const { year, month, day, hour, minute } = partsOf(time, zone);
    const name = MONTHS[month] ?? "";
    const two = (number: number): string => String(number).padStart(2, "0");
    if (hour !== 0 || minute !== 0) return `${two(hour)}:${two(minute)}`;
    const before = ticks[index - 1];
    const isNewYear = before !== undefined && partsOf(before, zone).year !== year;
    const areMonths = ticks.length > 1 && ticks.every((tick) => partsOf(tick, zone).day === 1);
    const words = areMonths ? name : `${day} ${name}`;
    return isNewYear ? `${words} ${year}` : words;
  };
}
