import type { PredictionEvent } from "../events.ts";

/** JSON with the keys of objects in order, so that equal values have equal text. */
function ordered(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** Whether two predictions of one id say the same. When they were made and arrived may differ: a client that sends again
 * without a time gets the time of its arrival. */
export function sameStatement(a: PredictionEvent, b: PredictionEvent): boolean {
  return ordered({ ...a, time: 0, receivedAt: 0 }) === ordered({ ...b, time: 0, receivedAt: 0 });
}
