import type { GroupedSums } from "./table-groups.ts";
import { totalOf } from "./table-groups.ts";

/** Share of predictions above which the labelled ones are not taken to stand for all. */
const MOST_UNCOVERED = 0.5;

/**
 * Why weighted outcomes cannot stand for all predictions: they lack the rarely labelled ones altogether, as on a day on
 * which no confident prediction was audited. Their weights would then stand for the others alone, with a narrow interval.
 *
 * @returns a reason in words; undefined where there is none, and where outcomes are not weighted
 */
export function uncoveredReason({ labelled, traffic }: GroupedSums): string | undefined {
  const size = labelled.count.length;
  if (totalOf(labelled.weight) === totalOf(labelled.count)) return undefined;
  let all = 0;
  let uncovered = 0;
  for (let g = 0; g < size; g++) {
    const predictions = traffic.predictions[g] ?? 0;
    all += predictions;
    if (!((labelled.count[g] ?? 0) > 0)) uncovered += predictions;
  }
  if (!(uncovered > MOST_UNCOVERED * all)) return undefined;
  const share = Math.round((100 * uncovered) / all);
  return `none of the confidences like those of ${share} % of the predictions has an outcome`;
}
