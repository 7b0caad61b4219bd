import type { Estimate, IntervalKind, Spec } from "../estimate.ts";
import { isUnweighted } from "../intervals/sample.ts";
import { weighted } from "../metrics/weighted.ts";
import type { DecisionProblem } from "./decision-problem.ts";
import { type Categories, meanOfCategories } from "./mean-of-categories.ts";
import type { ExpectedOutcome } from "./policy.ts";
import { shareOfSums } from "./share-of-sums.ts";

/** One action per row. */
export type Actions = Uint8Array | Int32Array;

/** Rows counted by truth and action: counts, Σw and Σw², each truths × actions. */
interface Table {
  readonly counts: Float64Array;
  readonly mass: Float64Array;
  readonly squares: Float64Array;
}

function tableOf({ rows, truth, truths, kinds, sample }: DecisionProblem, actions: Actions): Table {
  const cells = truths * kinds.length;
  const counts = new Float64Array(cells);
  const columns = kinds.length;
  for (let i = 0; i < rows; i++) counts[truth[i] * columns + actions[i]]++;
  const { weights } = sample;
  if (weights === undefined) return { counts, mass: counts, squares: counts };
  const mass = new Float64Array(cells);
  const squares = new Float64Array(cells);
  counts.fill(0);
  for (let i = 0; i < rows; i++) {
    const w = weights[i];
    if (w === 0) continue;
    const cell = truth[i] * columns + actions[i];
    counts[cell]++;
    mass[cell] += w;
    squares[cell] += w * w;
  }
  return { counts, mass, squares };
}

/** How estimates of a problem are made: shared by all of them. */
interface Frame {
  readonly problem: DecisionProblem;
  readonly table: Table;
  readonly kind: IntervalKind | undefined;
  readonly notes: Partial<Spec>;
}

/** Share of the cells `of` that are in `hits`; `of` holds rows. */
function shareOf(
  { problem: { sample }, table, kind, notes }: Frame,
  metric: string,
  of: readonly number[],
  hits: readonly number[],
): Estimate {
  const add = (cells: readonly number[], values: Float64Array) =>
    cells.reduce((total, cell) => total + values[cell], 0);
  const n = add(of, table.counts);
  const sums = {
    total: add(of, table.mass),
    part: add(hits, table.mass),
    squares: add(of, table.squares),
    partSquares: add(hits, table.squares),
  };
  const share = shareOfSums(sums, isUnweighted(sample), sample.level);
  const spec: Spec = { metric, ...notes, ...weighted(sample) };
  return { ...share, level: sample.level, n, spec, interval: kind ?? share.interval };
}

/** Choices of `expectedOutcome`. */
export interface OutcomeOptions {
  /** Kind of all intervals, where the decisions were tuned on outcomes. Default: as each is by itself. */
  readonly kind?: IntervalKind;
  /** Entered into every spec. */
  readonly notes?: Partial<Spec>;
}

/**
 * What actions lead to on labelled rows.
 *
 * @param problem rows with their truth
 * @param actions one per row
 * @returns shares with Clopper–Pearson intervals (Wilson's at the effective n under weights), the mean cost as
 *   `meanOfCategories`
 */
export function expectedOutcome(
  problem: DecisionProblem,
  actions: Actions,
  options: OutcomeOptions = {},
): ExpectedOutcome {
  const table = tableOf(problem, actions);
  const frame: Frame = { problem, table, kind: options.kind, notes: options.notes ?? {} };
  const { kinds, right, truths, hasRecall } = problem;
  const columns = kinds.length;
  const all = Array.from(table.mass, (_, cell) => cell);
  const ofKind = (kind: number) => all.filter((cell) => kinds[cell % columns] === kind);
  const acted = ofKind(0);
  const actedMass = acted.reduce((total, cell) => total + table.mass[cell], 0);
  const positives = all.filter((cell) => truths === 2 && cell >= columns);
  const positiveMass = positives.reduce((total, cell) => total + table.mass[cell], 0);
  return {
    coverage: shareOf(frame, "decision-coverage", all, acted),
    error:
      actedMass > 0
        ? shareOf(
            frame,
            "decision-error",
            acted,
            acted.filter((cell) => right[cell] === 0),
          )
        : null,
    cost: costOf(frame),
    reviewVolume: shareOf(frame, "review-volume", all, ofKind(1)),
    abstention: shareOf(frame, "abstention", all, ofKind(2)),
    recall:
      hasRecall && positiveMass > 0
        ? shareOf(
            frame,
            "decision-recall",
            positives,
            positives.filter((cell) => kinds[cell % columns] === 0),
          )
        : null,
  };
}

/** Whether an action was taken at all: its other truths may then come too. */
function takenActions(mass: Float64Array, columns: number): Uint8Array {
  const taken = new Uint8Array(columns);
  for (let cell = 0; cell < mass.length; cell++) if (mass[cell] > 0) taken[cell % columns] = 1;
  return taken;
}

function costOf({ problem, table, kind, notes }: Frame): Estimate | null {
  const { costs, sample, kinds } = problem;
  if (costs === null) return null;
  const columns = kinds.length;
  const taken = takenActions(table.mass, columns);
  const cells = Array.from(costs.keys()).filter((cell) => taken[cell % columns] === 1);
  const categories: Categories = {
    values: Float64Array.from(cells, (cell) => costs[cell]),
    mass: Float64Array.from(cells, (cell) => table.mass[cell]),
    squares: Float64Array.from(cells, (cell) => table.squares[cell]),
  };
  const spec: Spec = { metric: "decision-cost", ...notes, ...weighted(sample) };
  return meanOfCategories(categories, spec, sample, kind ?? "asymptotic");
}

/** A table of this many cells is still small. */
const MOST_CELLS = 1 << 20;

/**
 * Mean cost of other actions minus that of the actions chosen, on the same rows.
 *
 * @returns positive is what the choice saves; null without costs, or where pairs of actions are too many to be counted
 */
export function pairedSaving(
  problem: DecisionProblem,
  chosen: Actions,
  other: Actions,
  options: OutcomeOptions = {},
): Estimate | null {
  const { costs, rows, truth, truths, kinds, sample } = problem;
  const columns = kinds.length;
  const cells = truths * columns * columns;
  if (costs === null || cells > MOST_CELLS) return null;
  const mass = new Float64Array(cells);
  const squares = new Float64Array(cells);
  const { weights } = sample;
  for (let i = 0; i < rows; i++) {
    const w = weights ? weights[i] : 1;
    const cell = (truth[i] * columns + other[i]) * columns + chosen[i];
    mass[cell] += w;
    squares[cell] += w * w;
  }
  const pairs = columns * columns;
  const taken = takenActions(mass, pairs);
  const possible: number[] = [];
  for (let cell = 0; cell < cells; cell++) if (taken[cell % pairs] === 1) possible.push(cell);
  const difference = (cell: number): number => {
    const t = Math.floor(cell / pairs) * columns;
    const pair = cell % pairs;
    return costs[t + Math.floor(pair / columns)] - costs[t + (pair % columns)];
  };
  const spec: Spec = { metric: "saving", paired: true, ...options.notes, ...weighted(sample) };
  const categories: Categories = {
    values: Float64Array.from(possible, difference),
    mass: Float64Array.from(possible, (cell) => mass[cell]),
    squares: Float64Array.from(possible, (cell) => squares[cell]),
  };
  return meanOfCategories(categories, spec, sample, options.kind ?? "asymptotic");
}
