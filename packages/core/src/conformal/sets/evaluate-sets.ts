import { combineColumns } from "../../calibration/segments/combine-columns.ts";
import { InputError } from "../../errors.ts";
import type { Estimate, Spec } from "../../estimate.ts";
import { meanEstimate } from "../../intervals/mean.ts";
import { proportionEstimate } from "../../intervals/proportion.ts";
import { checkSample } from "../../intervals/sample.ts";
import { weightedQuantile } from "../../kernels/weighted-quantile.ts";
import { codeGroups } from "../../report/code-groups.ts";
import { sealConformal } from "../artefact/seal-conformal.ts";
import type { ConformalEvaluation, ConformalSets } from "../conformal-document.ts";
import { coveragePValue } from "../coverage-range.ts";
import { findColumns } from "../find-columns.ts";
import { type PredictSetsOptions, predictSets } from "./predict-sets.ts";
import { type PredictedSets, setContains } from "./predicted-sets.ts";
import { rowUniforms } from "./row-uniforms.ts";
import { setScores } from "./set-scores.ts";
import { givenScores, probabilitiesOf, type SetsData, trueClasses } from "./sets-data.ts";

/** Options of `evaluateSets`. */
export interface EvaluateSetsOptions extends Pick<PredictSetsOptions, "testWeights" | "firstRow"> {
  /** Coverage of the intervals around the figures, in (0, 1). Default 0.95. */
  readonly confidence?: number;
}

/** Rows to be averaged over. */
interface JudgedRows {
  readonly covered: Uint8Array;
  readonly weights: Float64Array | undefined;
  readonly level: number;
}

const coverageSpec = (document: ConformalSets, of: string): Spec => ({
  metric: "set-coverage",
  of,
  method: document.method,
  nominal: document.level,
});

/** The share covered among some rows (all where `rows` is absent); null without weight. */
function coverageAmong(judged: JudgedRows, spec: Spec, rows: Uint32Array): Estimate | null {
  const { covered, weights, level } = judged;
  let total = 0;
  let squares = 0;
  let hits = 0;
  for (let i = 0; i < rows.length; i++) {
    const weight = weights === undefined ? 1 : weights[rows[i]];
    total += weight;
    squares += weight * weight;
    if (covered[rows[i]] === 1) hits += weight;
  }
  if (total === 0) return null;
  return proportionEstimate(hits / total, spec, rows.length, (total * total) / squares, level);
}

function groupCoverage(document: ConformalSets, data: SetsData, judged: JudgedRows) {
  const columns = data.segments.map((column) => [column]);
  const { condition } = document;
  if (condition.kind === "groups" && condition.columns.length > 1)
    columns.unshift(findColumns(data.segments, condition.columns));
  return columns.flatMap((together) => {
    const { name, codes, values } = combineColumns(together, data.rows);
    return codeGroups(codes, values.length).flatMap((rows, g) => {
      const coverage = coverageAmong(judged, coverageSpec(document, "group"), rows);
      return coverage === null ? [] : [{ name: `${name}: ${values[g].join(" × ")}`, n: rows.length, coverage }];
    });
  });
}

/** 0, 1, 2, 3–4, 5–8, … classes. */
function sizeBin(size: number): number {
  return size <= 1 ? size : 1 + Math.ceil(Math.log2(size));
}

function sizeCoverage(document: ConformalSets, { sizes, classes }: PredictedSets, judged: JudgedRows) {
  const bins = codeGroups(sizes.map(sizeBin), sizeBin(classes) + 1);
  return bins.flatMap((rows, bin) => {
    const coverage = coverageAmong(judged, coverageSpec(document, "size"), rows);
    if (coverage === null) return [];
    const to = bin <= 1 ? bin : 2 ** (bin - 1);
    return [{ from: bin <= 1 ? bin : 2 ** (bin - 2) + 1, to: Math.min(to, classes), n: rows.length, coverage }];
  });
}

/** How often the coverage would be as far out as this by chance; null where no theorem gives its law. */
function coverageChance(
  document: ConformalSets,
  data: SetsData,
  sets: PredictedSets,
  covered: Uint8Array,
  firstRow: number,
): number | null {
  const { condition, rank, quantile, n, level, emptySets, scoreKind, score, randomised, seed } = document;
  if (condition.kind !== "none" || rank === null || quantile === null || data.weights !== undefined) return null;
  const uniforms = randomised ? rowUniforms(seed, "prediction", firstRow, data.rows) : undefined;
  const scores = setScores(probabilitiesOf(data, scoreKind), trueClasses(data), score, uniforms);
  if (scores.includes(quantile)) return null;
  let within = 0;
  for (let i = 0; i < scores.length; i++) if (scores[i] <= quantile) within++;
  const total = covered.reduce((sum, one) => sum + one, 0);
  if (emptySets === "top-class" && within !== total) return null;
  return coveragePValue(n, level, within, sets.rows);
}

function countSizes({ sizes, classes }: PredictedSets): { empty: number; singletons: number; unbounded: number } {
  const counts = { empty: 0, singletons: 0, unbounded: 0 };
  for (const size of sizes) {
    if (size === 0) counts.empty++;
    if (size === 1) counts.singletons++;
    if (size === classes) counts.unbounded++;
  }
  return counts;
}

function checkClasses(document: ConformalSets, data: SetsData): void {
  const { classNames } = document;
  const same =
    data.classNames.length === classNames.length && classNames.every((name, k) => data.classNames[k] === name);
  if (!same)
    throw new InputError(
      "incompatible",
      `the sets are of the classes ${classNames.slice(0, 12).join(", ")}, the rows of ${data.classNames.slice(0, 12).join(", ")}`,
    );
}

/**
 * What rows with known classes say of prediction sets: coverage and size with intervals, overall and for classes, groups and
 * sizes of sets.
 *
 * @param document from `fitConformalSets` or `openConformal`
 * @param data rows that neither the model nor the sets have seen, of the same classes in the same order. Their weights weigh
 * the averages; for a weighted document they also stand for `testWeights`, unless those are given: rows as the
 * calibration rows are, weighted to the new ones. Rows that are new ones themselves have `testWeights` only
 * @returns `pValue` where the number of covered rows has a known law: one threshold, no weights, no score tied with it
 * @throws {InputError} as `predictSets`; `empty`; `incompatible` for other classes
 *
 * Source: intervals of coverage by Wilson's score, of the mean size by Student's t; `coveragePValue`.
 */
export function evaluateSets(
  document: ConformalSets,
  data: SetsData,
  options: EvaluateSetsOptions = {},
): ConformalEvaluation {
  checkClasses(document, data);
  const { confidence = 0.95, firstRow = 0, testWeights = data.weights } = options;
  const { weights, segments, rows } = data;
  const { effectiveN } = checkSample(rows, weights ? { weights, level: confidence } : { level: confidence });
  const scores = givenScores(data, document.scoreKind);
  const sets = predictSets(document, scores, { segments, firstRow, ...(testWeights ? { testWeights } : {}) });
  const labels = trueClasses(data);
  const bad = labels.findIndex((label) => !(label >= 0 && label < sets.classes));
  if (bad >= 0)
    throw new InputError("out-of-range", `label ${labels[bad]} at row ${bad} is not in [0, ${sets.classes})`, bad);
  const judged: JudgedRows = {
    covered: Uint8Array.from(labels, (label, i) => (setContains(sets, i, label) ? 1 : 0)),
    weights,
    level: confidence,
  };
  const sizes = Float64Array.from(sets.sizes);
  const all = Uint32Array.from(labels.keys());
  const coverage = coverageAmong(judged, coverageSpec(document, "all"), all);
  if (coverage === null) throw new InputError("out-of-range", "all weights are zero");
  return {
    n: rows,
    coverage: { ...coverage, effectiveN },
    meanSize: meanEstimate(
      sizes,
      { metric: "set-size", method: document.method, nominal: document.level },
      { ...(weights ? { weights } : {}), level: confidence, min: 0, max: sets.classes },
    ),
    medianSize: weightedQuantile(sizes, 0.5, weights),
    ...countSizes(sets),
    classCoverage: codeGroups(labels, sets.classes).map((members, k) => ({
      name: document.classNames[k],
      n: members.length,
      coverage: coverageAmong(judged, coverageSpec(document, "class"), members),
    })),
    groupCoverage: groupCoverage(document, data, judged),
    sizeCoverage: sizeCoverage(document, sets, judged),
    pValue: coverageChance(document, data, sets, judged.covered, firstRow),
  };
}

/**
 * The document with what test rows say, sealed anew.
 *
 * @param document from `fitConformalSets` or `openConformal`
 * @param evaluation from `evaluateSets`
 */
export function withEvaluation(document: ConformalSets, evaluation: ConformalEvaluation): ConformalSets {
  const { fingerprint: _, ...draft } = document;
  return sealConformal({
    ...draft,
    coverage: evaluation.coverage.value,
    meanSize: evaluation.meanSize?.value ?? null,
    classCoverage: evaluation.classCoverage.map(({ coverage }) => coverage?.value ?? null),
    evaluation,
  });
}
