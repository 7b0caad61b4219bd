import { type MeanAndError, pairedMean } from "../calibration/choose/paired-mean.ts";
import { auroc } from "../metrics/ranking/auroc.ts";
import { logLosses, squaredLosses } from "../metrics/scores/row-losses.ts";
import { createRandom } from "../random/random.ts";
import type { StackShape } from "./basis.ts";
import { crossFit, stackFolds } from "./cross-fit-models.ts";
import type { ModelChoices } from "./fit-models.ts";
import { type CheckedStackData, takeStackRows } from "./stack-data.ts";

/**
 * Which scores to keep: all; the cheapest whose cross-validated log loss is within one standard error of that of all; the
 * cheapest that reach a Brier score or an AUROC.
 */
export type StackChoice = "all" | "one-standard-error" | { readonly brier: number } | { readonly auroc: number };

/** Everything that a fit of a stack is told or chooses. */
export interface StackPlan {
  readonly shape: StackShape | "auto";
  /** `null`: chosen among `penalties`. */
  readonly penalty: number | null;
  readonly choice: StackChoice;
  readonly folds: number;
  readonly seed: number;
}

/** What was chosen on some rows. */
export interface ChosenStack {
  readonly choices: ModelChoices;
  /** Positions of the scores kept, ascending. */
  readonly used: readonly number[];
  /** The score that did best by itself; null where nothing was cross-validated. */
  readonly bestSingle: number | null;
  readonly notes: readonly string[];
}

/** Ridge penalties that are tried, of the mean log loss in nats. */
export const stackPenalties: readonly number[] = [1e-1, 1e-2, 1e-3, 1e-4];
/** More rows than this do not change a choice: a random part of them is chosen on. */
export const CHOICE_ROWS = 5_000;
/** Up to so many scores, every subset is tried. */
const MOST_EXHAUSTIVE = 6;

interface Trial {
  readonly used: readonly number[];
  readonly probabilities: Float64Array;
  readonly losses: Float64Array;
  readonly cost: number;
  readonly mean: number;
}

class Trials {
  readonly data: CheckedStackData;
  readonly count: number;
  readonly folds: Int32Array;
  private readonly known = new Map<string, Trial>();

  constructor(data: CheckedStackData, count: number, seed: number) {
    this.data = data;
    this.count = count;
    this.folds = stackFolds(data, count, seed);
  }

  of(used: readonly number[], { shape, penalty }: ModelChoices): Trial {
    return this.path(used, shape, [penalty])[0];
  }

  /** A trial for each penalty, which descend. */
  path(used: readonly number[], shape: StackShape, penalties: readonly number[]): Trial[] {
    const { data } = this;
    const keys = penalties.map((penalty) => `${shape} ${penalty} ${used.join()}`);
    if (!keys.every((key) => this.known.has(key))) {
      const cost = used.reduce((total, j) => total + data.scores[j].cost, 0);
      crossFit(data, used, shape, penalties, this.folds, this.count).forEach((probabilities, k) => {
        const losses = logLosses(probabilities, data.outcomes, 1e-15);
        const { mean } = this.meanOf((row) => losses[row]);
        this.known.set(keys[k], { used, probabilities, losses, cost, mean });
      });
    }
    return keys.flatMap((key) => this.known.get(key) ?? []);
  }

  meanOf(value: (row: number) => number): MeanAndError {
    const { rows, weights, groups } = this.data;
    return pairedMean(value, {
      rows: Uint32Array.from({ length: rows }, (_, i) => i),
      weights,
      merged: undefined,
      groups,
    });
  }

  /** Whether the loss of `a` exceeds that of `b` by more than one standard error of the difference. */
  isWorse(a: Trial, b: Trial): boolean {
    const { mean, error } = this.meanOf((row) => a.losses[row] - b.losses[row]);
    return mean > error;
  }
}

function least(trials: readonly Trial[]): Trial {
  return trials.reduce((best, trial) => (trial.mean < best.mean ? trial : best));
}

function chooseShape(trials: Trials, all: readonly number[], { shape, penalty }: StackPlan): ModelChoices {
  const penalties = penalty === null ? stackPenalties : [penalty];
  const shapes: readonly StackShape[] = shape === "auto" ? ["linear", "flexible"] : [shape];
  if (shapes.length * penalties.length === 1) return { shape: shapes[0], penalty: penalties[0] };
  const best = shapes.map((each) => {
    const tried = trials
      .path(all, each, penalties)
      .map((trial, k) => ({ choices: { shape: each, penalty: penalties[k] }, trial }));
    return tried.reduce((a, b) => (b.trial.mean < a.trial.mean ? b : a));
  });
  const simple = best[0];
  return best.length === 2 && trials.isWorse(simple.trial, best[1].trial) ? best[1].choices : simple.choices;
}

/** Subsets to try: all of up to six scores; of more, the path that adds the most useful one in turn. By cost, then size. */
function subsets(trials: Trials, choices: ModelChoices): readonly (readonly number[])[] {
  const { scores } = trials.data;
  const all = scores.map((_, j) => j);
  const costOf = (used: readonly number[]): number => used.reduce((total, j) => total + scores[j].cost, 0);
  let found: (readonly number[])[] = [];
  if (all.length <= MOST_EXHAUSTIVE)
    for (let mask = 1; mask < 2 ** all.length; mask++) found.push(all.filter((j) => (mask >> j) & 1));
  else {
    let current: readonly number[] = [];
    while (current.length < all.length) {
      const next = all.filter((j) => !current.includes(j)).map((j) => [...current, j].sort((a, b) => a - b));
      found = found.concat(next);
      current = least(next.map((used) => trials.of(used, choices))).used;
    }
  }
  return found.sort((a, b) => costOf(a) - costOf(b) || a.length - b.length);
}

/** The first subset by cost that is good enough; of subsets of the same cost the one of least loss. */
function cheapest(
  trials: Trials,
  choices: ModelChoices,
  isEnough: (trial: Trial) => boolean,
): { readonly enough: Trial | null; readonly tried: readonly Trial[] } {
  const tried: Trial[] = [];
  let enough: Trial | null = null;
  for (const used of subsets(trials, choices)) {
    const cost = used.reduce((total, j) => total + trials.data.scores[j].cost, 0);
    if (enough !== null && cost > enough.cost) break;
    const trial = trials.of(used, choices);
    tried.push(trial);
    if (isEnough(trial) && (enough === null || trial.mean < enough.mean)) enough = trial;
  }
  return { enough, tried };
}

function chooseScores(
  trials: Trials,
  choices: ModelChoices,
  choice: Exclude<StackChoice, "all">,
): { readonly used: readonly number[]; readonly notes: readonly string[] } {
  const { scores, outcomes, weights } = trials.data;
  if (choice === "one-standard-error") {
    const all = trials.of(
      scores.map((_, j) => j),
      choices,
    );
    const { enough } = cheapest(trials, choices, (trial) => !trials.isWorse(trial, all));
    return { used: (enough ?? all).used, notes: [] };
  }
  const options = weights === undefined ? {} : { weights };
  const isBrier = "brier" in choice;
  const target = isBrier ? choice.brier : choice.auroc;
  const valueAt = ({ probabilities }: Trial): number => {
    if (!isBrier) return auroc(probabilities, outcomes, options).value;
    const squares = squaredLosses(probabilities, outcomes);
    return trials.meanOf((row) => squares[row]).mean;
  };
  const { enough, tried } = cheapest(trials, choices, (trial) =>
    isBrier ? valueAt(trial) <= target : valueAt(trial) >= target,
  );
  if (enough !== null) return { used: enough.used, notes: [] };
  const best = least(tried);
  const what = isBrier ? `a Brier score of ${target}` : `an AUROC of ${target}`;
  return {
    used: best.used,
    notes: [
      `No set of scores reaches ${what}; the set with the lowest log loss was taken, with ${Number(valueAt(best).toPrecision(3))}.`,
    ],
  };
}

function somePart(data: CheckedStackData, seed: number): CheckedStackData {
  if (data.rows <= CHOICE_ROWS) return data;
  const random = createRandom(seed);
  const picked: number[] = [];
  for (let i = 0; i < data.rows; i++)
    if (random.uniform() * (data.rows - i) < CHOICE_ROWS - picked.length) picked.push(i);
  return takeStackRows(data, picked);
}

/**
 * Shape, penalty and scores of a stack, by cross-validation on the rows given.
 *
 * @param wantSingle also find the best single score
 * @throws {InputError} `too-few`, `incompatible`
 */
export function chooseStack(data: CheckedStackData, plan: StackPlan, wantSingle: boolean): ChosenStack {
  const all = data.scores.map((_, j) => j);
  const { shape, penalty, choice } = plan;
  if (shape !== "auto" && penalty !== null && choice === "all" && !wantSingle)
    return { choices: { shape, penalty }, used: all, bestSingle: null, notes: [] };
  const trials = new Trials(somePart(data, plan.seed), plan.folds, plan.seed);
  const choices = chooseShape(trials, all, plan);
  const singles = wantSingle ? all.map((j) => trials.of([j], choices)) : [];
  const bestSingle = wantSingle ? least(singles).used[0] : null;
  if (choice === "all") return { choices, used: all, bestSingle, notes: [] };
  return { choices, bestSingle, ...chooseScores(trials, choices, choice) };
}
