import { InputError } from "../errors.ts";
import type { Estimate } from "../estimate.ts";
import { estimateFromInfluence, meanEstimate } from "../intervals/mean.ts";
import { weightedQuantile } from "../kernels/weighted-quantile.ts";
import { auroc } from "../metrics/ranking/auroc.ts";
import type { RegressionPredictions } from "../regression/forecasts.ts";
import { intervalCoverage } from "../regression/metrics/interval-coverage.ts";
import { meanWidth } from "../regression/metrics/mean-width.ts";
import { unlessUndefined } from "../report/unless-undefined.ts";
import { decomposeForecastVariance, type ForecastVarianceParts } from "./decompose-forecast-variance.ts";
import type { UncertaintyGroup } from "./ensemble-document.ts";
import { sentencesOfSegments } from "./ensemble-sentences.ts";
import type { MemberForecasts } from "./member-forecasts.ts";
import type { MemberOptions } from "./members.ts";
import { mixtureIntervals } from "./normal-mixture.ts";
import { topRows } from "./top-rows.ts";
import { type GroupSample, uncertaintyGroups } from "./uncertainty-groups.ts";

/** A forecast row with much of one kind of uncertainty; standard deviations in the unit of the outcome. */
export interface UncertainForecast {
  /** Row of the file, counted from 1. */
  readonly row: number;
  readonly mean: number;
  readonly outcome: number;
  readonly aleatoric: number | null;
  readonly epistemic: number;
}

/** What `candor report --members` adds to a report on forecasts of numbers. Variances are in the squared unit of the outcome. */
export interface ForecastEnsembleReport {
  readonly members: number;
  readonly memberNames: readonly string[];
  readonly memberWeights: readonly number[] | null;
  /** Variance of the means over members: dividing by M, and by M − 1. */
  readonly epistemic: Estimate;
  readonly epistemicSample: Estimate;
  /** Mean variance that the members state; `null` where they state none. */
  readonly aleatoric: Estimate | null;
  readonly total: Estimate | null;
  readonly epistemicShare: Estimate | null;
  /** Mean squared error of the mean forecast. */
  readonly squaredError: Estimate;
  /** The stated variance (of the members' disagreement alone, where they state no noise) over the squared error. */
  readonly explained: Estimate;
  /** How well an uncertainty ranks errors above their median over the others; `null` where errors are all alike. */
  readonly ranking: {
    readonly epistemic: Estimate | null;
    readonly aleatoric: Estimate | null;
    readonly total: Estimate | null;
  };
  /** Central intervals of the mixture of normals; empty where members state no noise. */
  readonly intervals: readonly { readonly level: number; readonly coverage: Estimate; readonly meanWidth: Estimate }[];
  /** Mean squared error by the number of members, averaged over all subsets; `null` where members have weights. */
  readonly effect: {
    readonly points: readonly { readonly members: number; readonly squaredError: Estimate }[];
    /** By how much one more member, and infinitely many, would lower the mean squared error. */
    readonly next: Estimate;
    readonly all: Estimate;
  } | null;
  readonly noisiest: readonly UncertainForecast[];
  readonly leastKnown: readonly UncertainForecast[];
  readonly segments: readonly UncertaintyGroup[];
  readonly sentences: readonly string[];
}

/** Choices of `forecastEnsembleReport`. */
export interface ForecastEnsembleOptions extends MemberOptions {
  readonly memberNames: readonly string[];
  /** Row of the file, counted from 1, of every row. Default: the rows as they are. */
  readonly rowNumbers?: Int32Array;
  readonly level?: number;
  /** Rows listed as noisiest and as least known. Default 8. */
  readonly listed?: number;
}

const LEVELS = [0.5, 0.8, 0.9, 0.95];
const MOST_POINTS = 10;

/**
 * Where the uncertainty of an ensemble of forecasts comes from, by the law of total variance.
 *
 * @param forecasts rows as those of `predictions`
 * @param predictions outcomes, weights and segments; the forecasts in them are not used
 * @throws {InputError} `too-few` for fewer than 2 members with weight; `shape-mismatch`, `not-finite`, `out-of-range`
 */
export function forecastEnsembleReport(
  forecasts: MemberForecasts,
  predictions: Pick<RegressionPredictions, "outcomes" | "weights" | "segments">,
  options: ForecastEnsembleOptions,
): ForecastEnsembleReport {
  const { memberNames, memberWeights, level = 0.95, listed = 8, rowNumbers } = options;
  const { outcomes, weights } = predictions;
  const parts = decomposeForecastVariance(forecasts, options);
  const sampled = decomposeForecastVariance(forecasts, { ...options, variance: "sample" });
  if (outcomes.length !== forecasts.rows)
    throw new InputError(
      "shape-mismatch",
      `members have ${forecasts.rows} rows but there are ${outcomes.length} outcomes`,
    );
  const sample: GroupSample = { level, ...(weights ? { weights } : {}) };
  const errors = parts.mean.map((mean, i) => (mean - outcomes[i]) ** 2);
  const mean = (values: Float64Array, metric: string, choices: Readonly<Record<string, string | number>> = {}) =>
    meanEstimate(values, { metric, unit: "outcome squared", ...choices }, { ...sample, min: 0 });
  const stated = parts.total ?? parts.epistemic;
  const epistemic = mean(parts.epistemic, "epistemic-variance", { divisor: "members" });
  const { total, aleatoric } = parts;
  const isUniform = memberWeights === undefined || memberWeights.every((weight) => weight === memberWeights[0]);
  const rows = { parts, outcomes, rowNumbers };
  const report = {
    members: forecasts.members,
    memberNames,
    memberWeights: memberWeights === undefined ? null : [...memberWeights],
    epistemic,
    epistemicSample: mean(sampled.epistemic, "epistemic-variance", { divisor: "members - 1" }),
    aleatoric: aleatoric && mean(aleatoric, "aleatoric-variance"),
    total: total && mean(total, "total-variance"),
    epistemicShare: total && ratioEstimate(parts.epistemic, total, "epistemic-share", sample, 1),
    squaredError: mean(errors, "mean-squared-error"),
    explained: ratioEstimate(stated, errors, "stated-variance-over-squared-error", sample, Infinity),
    ranking: {
      epistemic: rankErrors(parts.epistemic, errors, sample),
      aleatoric: aleatoric && rankErrors(aleatoric, errors, sample),
      total: total && rankErrors(total, errors, sample),
    },
    intervals:
      forecasts.sigmas === undefined
        ? []
        : LEVELS.map((wanted) => {
            const { lower, upper } = mixtureIntervals(forecasts, { ...options, level: wanted });
            return {
              level: wanted,
              coverage: intervalCoverage(lower, upper, outcomes, sample),
              meanWidth: meanWidth(lower, upper, sample),
            };
          }),
    effect: isUniform ? effectOn(errors, sampled.epistemic, forecasts.members, sample) : null,
    noisiest: aleatoric === null ? [] : listForecasts(rows, aleatoric, listed),
    leastKnown: listForecasts(rows, parts.epistemic, listed),
    segments: predictions.segments.flatMap((column) => uncertaintyGroups(column, parts, sample, "variance")),
  };
  return { ...report, sentences: sentencesOf(report) };
}

/** Σ w a / Σ w b, with the interval of a ratio of means. */
function ratioEstimate(
  above: Float64Array,
  below: Float64Array,
  metric: string,
  sample: GroupSample,
  max: number,
): Estimate {
  const spec = { metric, of: "sums over rows" };
  const { value: top } = meanEstimate(above, spec, sample);
  const { value: bottom } = meanEstimate(below, spec, sample);
  if (!(bottom > 0)) return { ...meanEstimate(above, spec, sample), value: 0, lower: 0, upper: max, interval: "none" };
  const ratio = top / bottom;
  const influence = above.map((a, i) => (a - ratio * below[i]) / bottom);
  return estimateFromInfluence(ratio, influence, spec, { ...sample, min: 0, max });
}

function rankErrors(uncertainty: Float64Array, errors: Float64Array, sample: GroupSample): Estimate | null {
  const median = weightedQuantile(errors, 0.5, sample.weights);
  const large = Uint8Array.from(errors, (error) => (error > median ? 1 : 0));
  const found = unlessUndefined(() => auroc(uncertainty, large, sample));
  return found && { ...found, spec: { ...found.spec, positive: "squared error above its median" } };
}

/** The mean squared error of the mean of m members, over all subsets, is that of all plus V (1/m − 1/M), exactly. */
function effectOn(
  errors: Float64Array,
  variances: Float64Array,
  members: number,
  sample: GroupSample,
): NonNullable<ForecastEnsembleReport["effect"]> {
  const sizes = Array.from({ length: members }, (_, m) => m + 1).filter(
    (m) => members <= MOST_POINTS || m <= 3 || m === members || Number.isInteger(Math.log2(m)),
  );
  const gain = (factor: number, of: string) =>
    meanEstimate(
      variances.map((variance) => variance * factor),
      { metric: "squared-error-gain", members: of, unit: "outcome squared" },
      { ...sample, min: 0 },
    );
  return {
    points: sizes.map((m) => ({
      members: m,
      squaredError: meanEstimate(
        errors.map((error, i) => error + variances[i] * (1 / m - 1 / members)),
        { metric: "mean-squared-error", average: "all subsets of members", members: m },
        { ...sample, min: 0 },
      ),
    })),
    next: gain(1 / (members * (members + 1)), "one more"),
    all: gain(1 / members, "infinitely many"),
  };
}

function listForecasts(
  rows: {
    readonly parts: ForecastVarianceParts;
    readonly outcomes: Float64Array;
    readonly rowNumbers: Int32Array | undefined;
  },
  by: Float64Array,
  listed: number,
): UncertainForecast[] {
  const { parts, outcomes, rowNumbers } = rows;
  return topRows(by, listed).map((i) => ({
    row: rowNumbers ? rowNumbers[i] : i + 1,
    mean: parts.mean[i],
    outcome: outcomes[i],
    aleatoric: parts.aleatoric && Math.sqrt(parts.aleatoric[i]),
    epistemic: Math.sqrt(parts.epistemic[i]),
  }));
}

const percent = (x: number): string => `${(100 * x).toFixed(x < 0.1 ? 1 : 0)} %`;
const figure = (x: number): string => Number(x.toPrecision(3)).toString();

function sentencesOf(report: Omit<ForecastEnsembleReport, "sentences">): string[] {
  const { members, epistemicShare, explained, aleatoric, segments, effect } = report;
  const sentences: string[] = [];
  if (epistemicShare === null)
    sentences.push(
      `The ${members} members state no noise, so only what they do not agree about is known: it accounts for ${percent(explained.value)} of the squared error of their mean (${percent(explained.lower)} to ${percent(explained.upper)}). Do not read their spread as the uncertainty of the forecast.`,
    );
  else
    sentences.push(
      `Of the variance of the mixture of ${members} members ${percent(epistemicShare.value)} is lack of knowledge (${percent(epistemicShare.lower)} to ${percent(epistemicShare.upper)}): what the members do not agree about. The rest is noise that they state.`,
      explained.upper < 1
        ? `The stated variance is too small: ${percent(explained.value)} of the squared error (${percent(explained.lower)} to ${percent(explained.upper)}).`
        : explained.lower > 1
          ? `The stated variance is too large: ${percent(explained.value)} of the squared error (${percent(explained.lower)} to ${percent(explained.upper)}).`
          : `The stated variance agrees with the squared error: ${percent(explained.value)} of it (${percent(explained.lower)} to ${percent(explained.upper)}).`,
    );
  sentences.push(...sentencesOfSegments(segments));
  if (effect === null)
    sentences.push("The members have weights of their own: what one more would bring cannot be told.");
  else
    sentences.push(
      `One more member like these would lower the mean squared error by about ${figure(effect.next.value)} (${figure(effect.next.lower)} to ${figure(effect.next.upper)}), and infinitely many by ${figure(effect.all.value)}${aleatoric === null ? "" : "; the noise would stay"}.`,
    );
  return sentences;
}
