import { heldOutFolds, rowsWhere } from "../../calibration/choose/cross-fit.ts";
import { planFolds } from "../../calibration/choose/plan-folds.ts";
import { InputError } from "../../errors.ts";
import type { SampleOptions } from "../../estimate.ts";
import { checkSample, effectiveSize } from "../../intervals/sample.ts";
import { pick } from "../../kernels/pick.ts";
import { createRandom } from "../../random/random.ts";
import { shuffle } from "../../random/shuffle.ts";
import type { ReportDocument } from "../../report/document.ts";
import { centralInterval, mainLevel } from "../central-intervals.ts";
import { checkRegressionPredictions } from "../check-forecast.ts";
import type { RegressionPredictions } from "../forecasts.ts";
import { binomialTwoSided } from "../group-report.ts";
import { intervalCoverage } from "../metrics/interval-coverage.ts";
import { pitTest } from "../metrics/pit-test.ts";
import { quantileView } from "../quantile-view.ts";
import type { RegressionFitDocument, RegressionMap } from "../regression-calibrator.ts";
import { regressionReport } from "../report.ts";
import { selectForecast, selectPredictions } from "../select-rows.ts";
import { applyRegressionMap } from "./apply-map.ts";
import { candidatesOf, reasonOf } from "./candidates.ts";
import { commonLevels } from "./common-losses.ts";
import { crossFitRegression, innerLosses, type RegressionCrossFit } from "./cross-fit.ts";
import { regressionDataFingerprint } from "./data-fingerprint.ts";
import { dependent } from "./dependent-rows.ts";
import { regressionFitVerdict } from "./fit-sentences.ts";
import { improvementOf } from "./improvement.ts";
import { joinForecasts } from "./join-forecasts.ts";
import { namedRegressionMethod, type RegressionMethod, regressionMethods } from "./methods.ts";
import { sealRegressionCalibrator } from "./seal-calibrator.ts";
import { isHelp, type MethodChoice, selectMethod } from "./select-method.ts";

/** Options of `fitRegression`. */
export interface FitRegressionOptions {
  /** Version of Candor, recorded in the documents. */
  readonly version: string;
  readonly source: ReportDocument["source"];
  /** `auto`, `identity`, or a method for this kind of forecast. Default `auto`. */
  readonly method?: string;
  /** Folds, ≥ 2. Default 5, or 10 below 200 rows. */
  readonly folds?: number;
  /** Seed of the folds. Default 0. */
  readonly seed?: number;
  /** Nominal coverage of the intervals around every number, in (0, 1). Default 0.95. */
  readonly level?: number;
  /** ISO 8601, recorded in the calibrator. Default null. */
  readonly created?: string | null;
}

/** Rows above which a sample decides; all rows are fitted. */
const SAMPLE_ROWS = 100_000;
/** Effective rows below which nothing can be proven. */
const FEW_ROWS = 30;

/**
 * A repair of forecasts of numbers, with what held-out rows say of it.
 *
 * `auto` compares the methods for this kind of forecast by their held-out loss (twice the mean pinball loss: over the
 * levels of the file, or 23 levels from 0.01 to 0.99) and takes the simplest within one standard error of the best, where
 * it helps. The whole choice is repeated without each fold, so that `before` and `after` are of rows that neither choice nor
 * fit has seen; where these do not bear it out, or nothing helps, the forecasts are left as they are. Folds follow time where there is a time, else groups.
 *
 * - point: `residual-sigma`, `residual-quantiles`
 * - point and sigma: `shift-and-scale`, `isotonic`, `scale-then-isotonic`
 * - quantiles: `shift-and-scale` (spread about the median), `isotonic`, `scale-then-isotonic`, `quantile-shifts` (conformal,
 *   per level)
 * - interval: `shift-and-scale` (conformal, of the width), `quantile-shifts` (conformal, per end)
 *
 * @throws {InputError} what `regressionReport` throws; `unknown-option` for a method that does not exist; `too-few` where
 *   nothing can be held out, or a named method needs more rows
 */
export function fitRegression(
  predictions: RegressionPredictions,
  options: FitRegressionOptions,
): RegressionFitDocument {
  checkRegressionPredictions(predictions);
  const { version, source, method = "auto", seed = 0, level = 0.95, folds, created = null } = options;
  const all = weightyRows(predictions);
  const part = sampled(all, seed);
  const { forecast } = predictions;
  const levels = commonLevels(forecast);
  const size = effectiveSize(part.weights, part.rows);
  const isForced = method !== "auto";
  const known = isForced ? [namedRegressionMethod(forecast.kind, method)] : regressionMethods(forecast.kind);
  const tried = isForced ? known : known.filter(({ fewest }) => size >= fewest);
  const plan = planFolds(foldData(part), { seed, ...(folds === undefined ? {} : { folds }) });
  const cross = crossFitRegression(part, tried, plan, levels);
  if (isForced && cross.refusals[0] !== null)
    throw new InputError(
      "too-few",
      `${method} needs more rows, of which each fold leaves some out: ${cross.refusals[0]}`,
    );
  const heldRows = rowsWhere(plan, (fold) => plan.scheme !== "time" || fold > 0);
  const choose = (held: RegressionCrossFit["held"], rows: Uint32Array): MethodChoice =>
    chooseOn(part, cross.before, held, tried, rows, isForced);
  const first = choose(cross.held, heldRows);

  const inner = isForced ? [] : innerLosses(part, tried, plan, levels, cross);
  const parts = heldOutFolds(plan).map((k) => {
    const seen = rowsWhere(plan, (fold) =>
      plan.scheme === "time" ? fold > 0 && fold < k : plan.folds === 2 || fold !== k,
    );
    const m = isForced ? 0 : choose(inner[k] ?? cross.held, seen).chosen;
    const own: RegressionMap = m < 0 ? { kind: "identity" } : (cross.maps[m][k] ?? { kind: "identity" });
    const rows = rowsWhere(plan, (fold) => fold === k);
    return { rows, forecast: applyRegressionMap(own, selectForecast(part.forecast, rows)) };
  });
  const held = selectPredictions(part, heldRows);
  const place = new Uint32Array(part.rows);
  heldRows.forEach((row, k) => {
    place[row] = k;
  });
  const proposed = joinForecasts(
    parts.map(({ rows, forecast: made }) => ({ rows: rows.map((row) => place[row]), forecast: made })),
    held.rows,
    levels,
  );
  const proposal = improvementOf(held, proposed, levels, level);
  const isKept =
    isForced || forecast.kind === "point" || isHelp(proposal.gain, proposal.before, isMiscalibrated(part, heldRows));
  const choice = isKept ? first : { ...first, chosen: -1 };
  const chosen = choice.chosen < 0 ? null : tried[choice.chosen];
  const map: RegressionMap = chosen ? chosen.fit(all) : { kind: "identity" };
  const repaired = isKept ? proposed : held.forecast;
  const improvement = isKept ? proposal : improvementOf(held, repaired, levels, level);
  const reportOptions = { version, source, level };
  const before = regressionReport(held, reportOptions);
  const after = regressionReport({ ...held, forecast: repaired }, reportOptions);
  const label = chosen?.label ?? "left as they are";
  const name = chosen?.method ?? "identity";
  const sample = checkSample(all.rows, all.weights ? { weights: all.weights } : {});
  const calibrator = sealRegressionCalibrator({
    schema: "candor.regression-calibrator/1",
    version,
    created,
    forecast: forecast.kind,
    levels: [...(quantileView(forecast)?.levels ?? [])],
    method: name,
    map,
    n: sample.n,
    effectiveN: sample.effectiveN,
    spec: {
      metric: "regression-recalibration",
      choice: isForced ? "named" : "held-out loss, one standard error",
      loss: "2 x mean pinball loss",
      levels: levels.length,
      scheme: plan.scheme,
      folds: plan.folds,
      seed,
    },
    data: { name: source.name, fingerprint: regressionDataFingerprint(predictions) },
  });
  return {
    schema: "candor.regression-fit/1",
    version,
    source,
    n: sample.n,
    method: name,
    label,
    reason: reasonOf(choice, first, tried, isForced),
    verdict: regressionFitVerdict({
      method: name,
      label,
      before,
      after,
      loss: { before: improvement.before, after: improvement.after, improvement: improvement.loss },
      isTiny: size < FEW_ROWS,
      isForced,
    }),
    before,
    after,
    improvement: { loss: improvement.loss, miscalibrationArea: improvement.area },
    candidates: candidatesOf(known, tried, choice, cross, dependent(part, heldRows), { level, size, isForced }),
    validation: { scheme: plan.scheme, folds: plan.folds, seed },
    warnings: warningsOf(all, part, size),
    calibrator,
  };
}

function weightyRows(predictions: RegressionPredictions): RegressionPredictions {
  const { weights, rows } = predictions;
  if (!weights) return predictions;
  checkSample(rows, { weights });
  const kept = Uint32Array.from({ length: rows }, (_, i) => i).filter((row) => weights[row] > 0);
  return kept.length === rows ? predictions : selectPredictions(predictions, kept);
}

function sampled(predictions: RegressionPredictions, seed: number): RegressionPredictions {
  if (predictions.rows <= SAMPLE_ROWS) return predictions;
  const order = shuffle(
    Uint32Array.from({ length: predictions.rows }, (_, i) => i),
    createRandom(seed),
  );
  return selectPredictions(predictions, order.slice(0, SAMPLE_ROWS).sort());
}

/** What the making of folds reads: groups and times. */
function foldData({ rows, groups, time }: RegressionPredictions): Parameters<typeof planFolds>[0] {
  return {
    scoreKind: "logits",
    rows,
    logits: { data: new Float64Array(0), rows: 0, cols: 0 },
    clip: null,
    labels: new Int32Array(0),
    segments: [],
    classNames: [],
    ...(groups ? { groups } : {}),
    ...(time ? { time } : {}),
  };
}

function chooseOn(
  part: RegressionPredictions,
  before: Float64Array,
  held: RegressionCrossFit["held"],
  tried: readonly RegressionMethod[],
  rows: Uint32Array,
  isForced: boolean,
): MethodChoice {
  const needsOne = part.forecast.kind === "point";
  const choice = selectMethod({
    before,
    held,
    simplicity: tried.map(({ simplicity }) => simplicity),
    sample: dependent(part, rows),
    isMiscalibrated: !needsOne && rows.length > 0 && isMiscalibrated(part, rows),
    needsOne,
  });
  return isForced ? { ...choice, chosen: 0 } : choice;
}

/** Whether rows show, at 1 % each, that levels or the interval nearest to 90 % do not hold. */
function isMiscalibrated({ forecast, outcomes, weights }: RegressionPredictions, rows: Uint32Array): boolean {
  const options: SampleOptions = weights ? { weights: pick(weights, rows) } : {};
  const own = selectForecast(forecast, rows);
  const truth = pick(outcomes, rows);
  if (pitTest(own, truth, options).pValue <= 0.01) return true;
  const level = mainLevel(own);
  const interval = level === undefined ? undefined : centralInterval(own, level);
  if (!interval) return false;
  const { value, effectiveN } = intervalCoverage(interval.lower, interval.upper, truth, options);
  return binomialTwoSided(value, effectiveN, interval.level) <= 0.01;
}

function warningsOf(all: RegressionPredictions, part: RegressionPredictions, size: number): string[] {
  const warnings: string[] = [];
  if (size < FEW_ROWS)
    warnings.push(`Only ${Math.floor(size)} effective rows: what can be learned from them is little.`);
  if (part.rows < all.rows)
    warnings.push(`A sample of ${part.rows} rows decided and is the evidence; all ${all.rows} rows were fitted.`);
  if (all.weights && effectiveSize(all.weights, all.rows) < 0.5 * all.rows)
    warnings.push(
      `The weights are uneven: ${all.rows} rows count as ${Math.round(effectiveSize(all.weights, all.rows))}.`,
    );
  return warnings;
}
