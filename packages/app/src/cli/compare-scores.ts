import {
  createScoreCollector,
  type OutputRows,
  parseScoreChoice,
  type ReportDocument,
  scoreMember,
} from "@candor/core";
import type { InputOptions } from "@candor/input";
import type { ReportRequest } from "./compute-report.ts";
import { UsageError } from "./usage-error.ts";

/** What is wrong with a comparison of scores of forecasts that says nothing of when one is right. */
export const forecastsNeedTolerance =
  "--compare-scores of forecasts needs to know when one is right: --confidence-from within:5 says off by 5 at most";

/** The flags that a comparison depends on. */
interface ComparisonFlags extends InputOptions {
  readonly compareScores?: true;
  readonly versus?: string;
  readonly calibrator?: string;
  readonly approximate?: boolean;
}

/** Refuses flags that cannot go with `--compare-scores`, and comparisons of what is no probability. */
export function refuseComparison({
  compareScores,
  versus,
  calibrator,
  approximate,
  confidenceFrom,
}: ComparisonFlags): void {
  if (versus !== undefined && confidenceFrom !== undefined) {
    const { name, isProbability } = scoreMember(parseScoreChoice(confidenceFrom).name);
    if (!isProbability)
      throw new UsageError(
        `--versus compares probabilities, and ${name} is none: --compare-scores compares scores of one model`,
      );
  }
  if (!compareScores) return;
  if (calibrator !== undefined)
    throw new UsageError("--compare-scores compares scores of the outputs as they are, expected no --calibrator");
  if (approximate)
    throw new UsageError("--approximate and --compare-scores exclude each other: scores are compared row by row");
}

/** Gathers the scores of the rows that are read, and adds their comparison to the report on them. */
export interface ScoreComparer {
  add(rows: OutputRows): void;
  into(document: ReportDocument): ReportDocument;
}

export function scoreComparer({ input, level }: Pick<ReportRequest, "input" | "level">): ScoreComparer {
  const { confidenceFrom } = input;
  const { tolerance } = confidenceFrom === undefined ? { tolerance: null } : parseScoreChoice(confidenceFrom);
  const collector = createScoreCollector(tolerance);
  return {
    add: (rows) => collector.add(rows),
    into: (document) => ({ ...document, scoreComparison: collector.compare({ level }) }),
  };
}
