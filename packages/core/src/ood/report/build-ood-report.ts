import { InputError } from "../../errors.ts";
import { aurocDifference } from "../../metrics/ranking/auroc-difference.ts";
import { rocCurve } from "../../metrics/ranking/roc-curve.ts";
import { createRandom } from "../../random/random.ts";
import type { OodDetector } from "../detector.ts";
import { ascending, conformalOodPValues } from "../evidence/conformal-p-values.ts";
import type { DiscoveryMethod } from "../evidence/false-discoveries.ts";
import { fprAtTpr } from "../metrics/fpr-at-tpr.ts";
import { joinScores } from "../metrics/inside-outside.ts";
import { oodAupr, oodAuroc } from "../metrics/ood-areas.ts";
import { falseDiscovery, falseDiscoveryRate } from "./batch-discoveries.ts";
import type { OodReportDocument, OutsideGroup, RankedDetector } from "./document.ts";
import { mixedSelective } from "./mixed-selective.ts";
import { atMost, pValueReport } from "./p-value-report.ts";
import { oodVerdict, oodWarnings } from "./verdict.ts";

/** Scores of test rows by one detector. */
export interface ScoredDetector {
  readonly detector: OodDetector;
  /** For people. Default: its method. */
  readonly name?: string;
  /** Of inside rows, larger for rows more like the training data. */
  readonly inside: Float64Array;
  /** Of the rows of each kind of outside rows, in the order of `outside`. */
  readonly outside: readonly Float64Array[];
}

/** What a report is made of. */
export interface OodReportOptions {
  readonly version: string;
  readonly created?: string | null;
  /** Names of the inside rows and of each kind of outside rows. */
  readonly inside: string;
  readonly outside: readonly string[];
  readonly notes?: readonly string[];
  /** The detector that the report is about. */
  readonly reported: ScoredDetector;
  /** Others on the same rows, to compare with. */
  readonly others?: readonly ScoredDetector[];
  /** For selective accuracy: how sure the model is of each row, and whether it is right on inside rows. */
  readonly predictions?: {
    readonly inside: Float64Array;
    readonly correct: Uint8Array;
    readonly outside: readonly Float64Array[];
  };
  /** P-values at or below are called outside, in (0, 1). Default 0.05. */
  readonly cut?: number;
  /** Largest expected share of false discoveries of the batch, in (0, 1). Default 0.1. */
  readonly target?: number;
  /** Default `benjamini-hochberg`. */
  readonly discoveries?: DiscoveryMethod;
  /** Coverage of the intervals. Default 0.95. */
  readonly level?: number;
  /** Of the draws of `falseDiscoveryRate`. Default 0. */
  readonly seed?: number;
}

/**
 * How a detector does on test rows: how well it tells outside rows from inside ones, whether its p-values keep their promise
 * on inside rows, and what that is worth for acting on predictions.
 *
 * @returns plain data; without outside rows it says whether the p-values hold on the inside rows
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 */
export function oodReport(options: OodReportOptions): OodReportDocument {
  const { reported, others = [], cut = 0.05, target = 0.1, level = 0.95, seed = 0 } = options;
  const { discoveries: method = "benjamini-hochberg", version, created = null, notes = [] } = options;
  checkShare(cut, "cut");
  checkShare(target, "target");
  checkShare(level, "level");
  checkRows(options);
  const { detector, inside } = reported;
  const outside = joinedOutside(reported);
  const calibration = detector.calibration && ascending(Float64Array.from(detector.calibration.scores));
  const rows = outside && { inside, outside };
  const area = rows && oodAuroc(rows, { level });
  const pValues = calibration && pValueReport(calibration, inside, outside, cut, level);
  const batch = calibration && outside && { calibration, inside, outside, target, method, level };
  const isValid = pValues?.areValid ?? false;
  return {
    schema: "candor.ood/1",
    version,
    created,
    detector: {
      name: reported.name ?? detector.method,
      method: detector.method,
      parts: detector.parts.map((part) => part.method),
      fingerprint: detector.fingerprint,
      n: detector.n,
      calibrationRows: calibration?.length ?? 0,
      notes: detector.notes,
    },
    source: { inside: options.inside, outside: options.outside, notes },
    rows: { inside: inside.length, outside: outside?.length ?? 0 },
    auroc: area,
    auprIn: rows && oodAupr(rows, { positive: "inside", level }),
    auprOut: rows && oodAupr(rows, { positive: "outside", level }),
    auprInTrapezoid: rows && oodAupr(rows, { positive: "inside", rule: "trapezoid", level }),
    auprOutTrapezoid: rows && oodAupr(rows, { positive: "outside", rule: "trapezoid", level }),
    fpr95: rows && fprAtTpr(rows, { positive: "inside", level }),
    fpr95Outside: rows && fprAtTpr(rows, { positive: "outside", level }),
    falseDiscovery: batch && falseDiscovery(batch),
    falseDiscoveryRate: batch && isValid ? falseDiscoveryRate(batch, createRandom(seed)) : null,
    pValues,
    perOutside: groupsOf(options, calibration, cut, level),
    ranking: rows ? rankingOf(reported, others, level) : [],
    selective: selectiveOf(options, calibration, cut, level),
    roc: rows ? rocOf(rows) : [],
    verdict: oodVerdict(area, pValues),
    warnings: oodWarnings(pValues, [], outside !== null),
  };
}

function checkShare(value: number, name: string): void {
  if (!(value > 0 && value < 1)) throw new InputError("out-of-range", `${name} must be in (0, 1), got ${value}`);
}

function checkRows({ reported, others = [], outside, predictions }: OodReportOptions): void {
  if (reported.inside.length === 0) throw new InputError("empty", "at least one inside row is needed, got none");
  for (const one of [reported, ...others]) {
    const name = one.name ?? one.detector.method;
    if (one.inside.length !== reported.inside.length || one.outside.length !== outside.length)
      throw new InputError("shape-mismatch", `${name}: expected scores of the same rows as the reported detector's`);
    one.outside.forEach((scores, g) => {
      if (scores.length !== reported.outside[g].length)
        throw new InputError(
          "shape-mismatch",
          `${name}: ${scores.length} scores of ${outside[g]}, expected ${reported.outside[g].length}`,
        );
      if (scores.length === 0) throw new InputError("empty", `${outside[g]}: at least one outside row is needed`);
    });
    const at = one.inside.findIndex((score) => !Number.isFinite(score));
    if (at >= 0)
      throw new InputError("not-finite", `${name}: score ${one.inside[at]} of inside row ${at} is not finite`, at);
  }
  if (predictions === undefined) return;
  const { inside } = reported;
  const isSame =
    predictions.inside.length === inside.length &&
    predictions.correct.length === inside.length &&
    predictions.outside.length === outside.length &&
    predictions.outside.every((values, g) => values.length === reported.outside[g].length);
  if (!isSame) throw new InputError("shape-mismatch", "predictions must be of the same rows as the scores");
}

function joinAll(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function joinedOutside({ outside }: ScoredDetector): Float64Array | null {
  return outside.length === 0 ? null : joinAll(outside);
}

function groupsOf(
  { reported, outside }: OodReportOptions,
  calibration: Float64Array | null,
  cut: number,
  level: number,
): OutsideGroup[] {
  if (outside.length < 2) return [];
  return outside.map((name, g) => {
    const rows = { inside: reported.inside, outside: reported.outside[g] };
    const report = calibration && pValueReport(calibration, rows.inside, rows.outside, cut, level);
    return {
      name,
      n: rows.outside.length,
      auroc: oodAuroc(rows, { level }),
      fpr95: fprAtTpr(rows, { positive: "inside", level }),
      power: report?.power ?? null,
    };
  });
}

/** All detectors, the largest AUROC first. */
function rankingOf(reported: ScoredDetector, others: readonly ScoredDetector[], level: number): RankedDetector[] {
  const own = joinScores({ inside: reported.inside, outside: joinAll(reported.outside) }, "inside");
  const ranked = [reported, ...others].map((one): RankedDetector => {
    const rows = { inside: one.inside, outside: joinAll(one.outside) };
    const { scores, outcomes } = joinScores(rows, "inside");
    return {
      name: one.name ?? one.detector.method,
      method: one.detector.method,
      isReported: one === reported,
      auroc: oodAuroc(rows, { level }),
      fpr95: fprAtTpr(rows, { positive: "inside", level }),
      difference: one === reported ? null : aurocDifference(scores, own.scores, outcomes, { level }),
    };
  });
  return ranked.sort((a, b) => b.auroc.value - a.auroc.value);
}

function selectiveOf(
  { reported, predictions }: OodReportOptions,
  calibration: Float64Array | null,
  cut: number,
  level: number,
): OodReportDocument["selective"] {
  if (predictions === undefined || reported.outside.length === 0) return null;
  const cutOf = (scores: Float64Array): Uint8Array | null =>
    calibration && atMost(conformalOodPValues(calibration, scores), cut, calibration.length);
  const outside = joinAll(reported.outside);
  return mixedSelective(
    {
      confidence: predictions.inside,
      scores: reported.inside,
      isCut: cutOf(reported.inside),
      correct: predictions.correct,
    },
    { confidence: joinAll(predictions.outside), scores: outside, isCut: cutOf(outside) },
    cut,
    level,
  );
}

function rocOf(rows: { inside: Float64Array; outside: Float64Array }): OodReportDocument["roc"] {
  const { scores, outcomes } = joinScores(rows, "outside");
  return rocCurve(scores, outcomes, { maxPoints: 200 }).map(({ x, y, threshold }) => ({
    x,
    y,
    threshold: Number.isFinite(threshold) ? 0 - threshold : threshold,
  }));
}
