import type { ModelTraffic } from "../../store/event-store.ts";
import type { HttpError } from "../http-error.ts";
import { bad } from "./scope.ts";

/** Most stretches of all series of a reply, and most where each is tested. */
const most = 100_000;
const mostTested = 10_000;

/** What a series is asked of. */
export interface SeriesScope {
  readonly model?: string;
  readonly version?: string;
  /** Milliseconds since 1970; `to` is not included. */
  readonly from?: number;
  readonly to?: number;
  /** Segment key of one series per value. */
  readonly by: string | undefined;
  readonly bucketMs: number;
  /** Whether evidence is asked for, which takes far longer than sums. */
  readonly isTested: boolean;
}

/**
 * Refuses series that would be too many, before anything is read for them: a segment key may have thousands of values.
 *
 * @param known the model versions of the project
 * @throws {HttpError} 400 saying how many there would be and what to do
 */
export function checkStretches(known: readonly ModelTraffic[], scope: SeriesScope): void {
  const { model, version, from = -Infinity, to = Infinity, by, bucketMs, isTested } = scope;
  let stretches = 0;
  let series = 0;
  for (const one of known) {
    if ((model !== undefined && one.model !== model) || (version !== undefined && one.version !== version)) continue;
    const values = by === undefined ? 1 : Object.hasOwn(one.segments, by) ? (one.segments[by] ?? 0) : 0;
    const first = Math.floor(Math.max(from, one.firstTime) / bucketMs);
    const last = Math.ceil(Math.min(to, one.lastTime + 1) / bucketMs);
    if (first >= last) continue;
    series += values;
    stretches += values * (last - first);
  }
  if (stretches > (isTested ? mostTested : most)) throw tooMany(by, series, stretches, isTested);
}

function tooMany(by: string | undefined, series: number, stretches: number, isTested: boolean): HttpError {
  const limit = isTested ? `${mostTested} with evidence` : `${most}`;
  return bad(
    by === undefined ? "model" : "by",
    `this would be ${series} series with up to ${stretches} stretches, and at most ${limit} are answered: name a model, a version or a shorter window, or take a longer bucket`,
  );
}
