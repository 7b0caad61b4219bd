import { combineColumns } from "../../calibration/segments/combine-columns.ts";
import { pick } from "../../kernels/pick.ts";
import type { Random } from "../../random/random.ts";
import { shuffle } from "../../random/shuffle.ts";
import { codeGroups } from "../../report/code-groups.ts";
import type { SegmentColumn } from "../../report/predictions.ts";
import type { Condition, ConformalPart } from "../conformal-document.ts";
import { conformalPart } from "../conformal-part.ts";
import { type Decimal, exactDecimal } from "../exact-decimal.ts";
import { findColumns } from "../find-columns.ts";
import { fewestScores } from "../rank.ts";
import { borrowedQuantiles } from "./borrowed-quantiles.ts";
import { clusterClasses, clusterPlan } from "./cluster-classes.ts";
import type { SetsCondition } from "./sets-options.ts";

/** Scores of rows with what may divide them. */
export interface ScoredRows {
  readonly scores: Float64Array;
  readonly labels: Int32Array;
  readonly weights: Float64Array | undefined;
  readonly segments: readonly SegmentColumn[];
  readonly classNames: readonly string[];
}

/** Thresholds, for whom they hold, and the rows that went into something else. */
export interface FittedParts {
  readonly condition: Condition;
  readonly parts: readonly ConformalPart[];
  /** Rows of weight > 0 that thresholds rest on. */
  readonly rows: number;
  /** Rows that the clusters were found on, which no threshold rests on. */
  readonly clusteringRows: number;
  /**
   * Classes that share a threshold of their own, because too few of their rows were there to find a cluster by. (Ding et al.
   * give them that of all rows, with which neither they nor all rows together need be covered.)
   */
  readonly rareClasses: readonly string[];
}

function present(weights: Float64Array | undefined, rows: number): number {
  if (weights === undefined) return rows;
  let count = 0;
  for (const weight of weights) if (weight > 0) count++;
  return count;
}

function partOf({ scores, weights }: ScoredRows, rows: Uint32Array, values: readonly string[], level: Decimal) {
  return conformalPart(values, pick(scores, rows), weights && pick(weights, rows), level);
}

function clusteredParts(data: ScoredRows, level: Decimal, random: Random): FittedParts {
  const { labels, scores, classNames } = data;
  const classes = classNames.length;
  const fewest = fewestScores(exactDecimal(level));
  const counts = new Int32Array(classes);
  for (const label of labels) counts[label]++;
  const plan = clusterPlan(counts, fewest);
  const order = shuffle(Uint32Array.from(labels.keys()), random);
  const aside = Math.floor(plan.share * labels.length);
  const clusteringRows = order.slice(0, aside);
  const found = clusterClasses(
    pick(scores, clusteringRows),
    Int32Array.from(clusteringRows, (i) => labels[i]),
    classes,
    plan.count,
    fewest,
    random,
  );
  const rows = order.slice(aside).sort();
  const codes = Int32Array.from(rows, (i) => found.clusters[labels[i]]);
  const names = codeGroups(found.clusters, found.count + 1).map((members) => Array.from(members, (k) => classNames[k]));
  const parts = codeGroups(codes, found.count + 1).map((members, c) => {
    return partOf(
      data,
      Uint32Array.from(members, (i) => rows[i]),
      names[c],
      level,
    );
  });
  const rareClasses = names[found.count];
  return {
    condition: { kind: "clusters", clusters: Array.from(found.clusters) },
    parts: rareClasses.length === 0 ? parts.slice(0, -1) : parts,
    rows: present(data.weights && pick(data.weights, rows), rows.length),
    clusteringRows: aside,
    rareClasses,
  };
}

/**
 * One threshold per part of the rows.
 *
 * @param random which rows find the clusters; read for `clusters` only
 * @param borrowed weight of all rows in the threshold of each class; for `class` only
 * @throws {InputError} `incompatible` where a column of groups is missing
 */
export function fitParts(
  data: ScoredRows,
  condition: SetsCondition,
  level: Decimal,
  random: Random,
  borrowed = 0,
): FittedParts {
  const { labels, classNames, segments, weights } = data;
  const rest = { rows: present(weights, labels.length), clusteringRows: 0, rareClasses: [] };
  if (condition === "clusters") return clusteredParts(data, level, random);
  if (condition === "none")
    return {
      condition: { kind: "none" },
      parts: [conformalPart([], data.scores, data.weights, level)],
      ...rest,
    };
  if (condition === "class" && borrowed > 0) {
    const counts = codeGroups(labels, classNames.length).map((rows) => rows.length);
    const quantiles = borrowedQuantiles(data.scores, labels, classNames.length, level, borrowed);
    const parts = classNames.map((name, k) => {
      const quantile = quantiles[k] === Infinity ? null : quantiles[k];
      return { values: [name], n: counts[k], rank: null, quantile };
    });
    return { condition: { kind: "class", borrowed }, parts, ...rest };
  }
  if (condition === "class") {
    const parts = codeGroups(labels, classNames.length).map((rows, k) => partOf(data, rows, [classNames[k]], level));
    return { condition: { kind: "class" }, parts, ...rest };
  }
  const combined = combineColumns(findColumns(segments, condition.groups), labels.length);
  const parts = codeGroups(combined.codes, combined.values.length).map((rows, g) =>
    partOf(data, rows, combined.values[g], level),
  );
  return { condition: { kind: "groups", columns: combined.columns }, parts, ...rest };
}
