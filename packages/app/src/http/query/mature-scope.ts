import { matureBefore } from "../../views/maturity.ts";
import { HttpError } from "../http-error.ts";

/** What a query of estimates covers. */
export interface MatureScope<Filter> {
  /** The filter, ended where outcomes may be missing unless those were asked for. */
  readonly filter: Filter;
  /** Whole hours or days; Infinity where everything counts as mature. */
  readonly before: number;
  /** What is left out, or what misleads, in a sentence; none where the window has no young predictions. */
  readonly notes: readonly string[];
  /** Refuses where nothing was old enough. @throws {HttpError} 400 */
  readonly checkRows: (rows: number) => void;
}

const hourMs = 3_600_000;

/**
 * Ends a window where predictions are too young for all their outcomes to be in: those that come first are not like those
 * that come later (fraud is reported within days, honest payments are settled after weeks).
 *
 * @param immature whether the caller wants them all the same
 * @param bucketMs length of the buckets that are read, which `to` would be widened to
 */
export function matureScope<Filter extends { readonly from?: number; readonly to?: number }>(
  filter: Filter,
  now: number,
  maturityHours: number,
  immature: boolean,
  bucketMs: number = hourMs,
): MatureScope<Filter> {
  const before = matureBefore(now, maturityHours, bucketMs);
  const { from = -Infinity, to = Infinity } = filter;
  const nothing = { filter, before: Infinity, notes: [], checkRows: () => undefined };
  if (to <= before) return { ...nothing, before };
  const day = new Date(before)
    .toISOString()
    .slice(0, bucketMs === hourMs ? 16 : 10)
    .replace("T", " ");
  const length = maturityHours % 24 === 0 ? `${maturityHours / 24} days` : `${maturityHours} hours`;
  const horizon = `the maturity of the project, ${length}`;
  if (immature)
    return {
      ...nothing,
      notes: [
        `Predictions from ${day} UTC on are younger than ${horizon}: the outcomes that come first are not like the others, so these numbers may mislead.`,
      ],
    };
  return {
    filter: { ...filter, to: Math.max(before, from) },
    before,
    notes: [`Predictions from ${day} UTC on are left out: they are younger than ${horizon}.`],
    checkRows: (rows) => {
      if (rows === 0)
        throw new HttpError(
          400,
          "empty",
          `no predictions of this kind are older than ${horizon}, so that their outcomes could all be in; immature=true takes the others too`,
        );
    },
  };
}
