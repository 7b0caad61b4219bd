import { type CheckedSample, isUnweighted } from "../intervals/sample.ts";

/**
 * The entry of a spec that tells a weighted number from an unweighted one.
 *
 * @returns empty where every original row has weight 1, be the rows merged or not
 */
export function weighted(sample: CheckedSample): { weighted?: true } {
  return isUnweighted(sample) ? {} : { weighted: true };
}
