import { InputError } from "../errors.ts";
import { effectiveSize } from "../intervals/sample.ts";
import { sealStack } from "./artefact/seal-stack.ts";
import { stackDataFingerprint } from "./artefact/stack-data-fingerprint.ts";
import type { StackShape } from "./basis.ts";
import { CHOICE_ROWS, chooseStack, type StackChoice, type StackPlan } from "./choose-stack.ts";
import { requireModels } from "./cross-fit-models.ts";
import { FEWEST_MISSING } from "./fit-models.ts";
import type { Stack, StackedScore } from "./stack.ts";
import { type CheckedStackData, checkStackData, type StackData } from "./stack-data.ts";
import { stackEvidence } from "./stack-evidence.ts";

/** Options of `fitStack`. */
export interface StackOptions {
  /** Version of Candor, recorded in the document. */
  readonly version: string;
  /** ISO 8601, or null. Default null. */
  readonly created?: string | null;
  /** Name of the file or set. Default empty. */
  readonly name?: string;
  /**
   * `linear`: one slope per score. `flexible`: a rising broken line with a bend at each quartile. Default `auto`: flexible
   * where its cross-validated log loss is lower by more than one standard error.
   */
  readonly shape?: StackShape | "auto";
  /** Ridge penalty of the mean log loss, > 0. Default: of 0.1, 0.01, 0.001, 0.0001 the one of the lowest cross-validated log loss. */
  readonly penalty?: number;
  /**
   * Which scores to keep: `all`; `one-standard-error`: the cheapest whose cross-validated log loss is within one standard
   * error of that of all; or the cheapest that reach a Brier score or an AUROC. Default: `one-standard-error` where costs are
   * given, else `all`.
   */
  readonly choose?: StackChoice;
  /** Folds of the choices, and of the evidence around them, ≥ 2. Default 5. */
  readonly folds?: number;
  /** Of the folds, an integer in [0, 2⁵³). Default 0. */
  readonly seed?: number;
  /** Coverage of the intervals of the evidence, in (0, 1). Default 0.95. */
  readonly level?: number;
  /** False leaves the evidence out: `folds` + 1 times as fast. Default true. */
  readonly evidence?: boolean;
}

function planOf(data: CheckedStackData, options: StackOptions): StackPlan {
  const { shape = "auto", penalty = null, folds = 5, seed = 0 } = options;
  const hasCosts = data.scores.some(({ cost }) => cost > 0);
  const choice = options.choose ?? (hasCosts ? "one-standard-error" : "all");
  if (shape !== "auto" && shape !== "linear" && shape !== "flexible")
    throw new InputError(
      "unknown-option",
      `shape must be "auto", "linear" or "flexible", got ${JSON.stringify(shape)}`,
    );
  if (penalty !== null && !(penalty > 0 && penalty < Infinity))
    throw new InputError("out-of-range", `the penalty must be a finite number > 0, got ${penalty}`);
  if (typeof choice === "string") {
    if (choice !== "all" && choice !== "one-standard-error")
      throw new InputError(
        "unknown-option",
        `choose must be "all", "one-standard-error", or a target such as { brier: 0.1 }, got ${JSON.stringify(choice)}`,
      );
  } else {
    const [what, target] = "brier" in choice ? ["Brier score", choice.brier] : ["AUROC", choice.auroc];
    if (!(target >= 0 && target <= 1))
      throw new InputError("out-of-range", `the target of the ${what} must be in [0, 1], got ${target}`);
  }
  if (!(Number.isInteger(folds) && folds >= 2))
    throw new InputError("out-of-range", `folds must be a whole number >= 2, got ${folds}`);
  return { shape, penalty, choice, folds, seed };
}

function shareMissing({ values }: { readonly values: Float64Array }, weights: Float64Array | undefined): number {
  let total = 0;
  let missing = 0;
  for (let i = 0; i < values.length; i++) {
    const weight = weights === undefined ? 1 : weights[i];
    total += weight;
    if (Number.isNaN(values[i])) missing += weight;
  }
  return missing / total;
}

function notesOf(data: CheckedStackData, scores: readonly StackedScore[]): string[] {
  const notes: string[] = [];
  if (data.withoutScore > 0)
    notes.push(
      data.withoutScore === 1
        ? "1 row has no score at all and was left out; such rows get no confidence."
        : `${data.withoutScore} rows have no score at all and were left out; such rows get no confidence.`,
    );
  data.scores.forEach(({ name, values }, j) => {
    const missing = values.reduce((count, value) => count + (Number.isNaN(value) ? 1 : 0), 0);
    if (scores[j].used && missing > 0 && missing < FEWEST_MISSING)
      notes.push(
        `${name} is missing in ${missing} of ${data.rows} rows, too few to learn what that says: answers without it are judged by the other scores.`,
      );
  });
  if (data.rows > CHOICE_ROWS) notes.push(`Shape, penalty and scores were chosen on ${CHOICE_ROWS} of the rows.`);
  return notes;
}

/**
 * A combination of several scores into one probability that an answer is right.
 *
 * The log-odds are an intercept plus one rising broken line per score, fitted together by logistic regression with a ridge
 * penalty, slopes held at ≥ 0: a better score never lowers the probability. A score that is missing in at least 20 rows has a summand
 * of its own for that; for scores that are there in (nearly) every row, models without them are fitted beside, so that a
 * row in which they are missing is judged by what is left. A row with no score has no confidence.
 *
 * @param data scores with NaN where missing, outcomes, optional weights and groups
 * @returns a sealed document for `applyStack`; `evidence` is nested: every choice was made again without the rows it is
 *   measured on
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`, `unknown-option` with score and row;
 *   `one-class`; `too-few` where a fold has one outcome only; `incompatible` where no optimum was reached
 *
 * Source: van der Laan, Polley and Hubbard (2007), "Super learner", and Breiman (1996), "Stacked regressions" (slopes ≥ 0);
 * missing scores: Mercaldo and Blume (2020), "Missing data and prediction: the pattern submodel", Biostatistics 21.
 * Accuracy: the only optimum, to a gradient of 1e-10 (`models[].certificate`).
 */
export function fitStack(data: StackData, options: StackOptions): Stack {
  const { version, created = null, name = "", level = 0.95, evidence = true } = options;
  if (!(level > 0 && level < 1)) throw new InputError("out-of-range", `level must be in (0, 1), got ${level}`);
  const checked = checkStackData(data);
  const plan = planOf(checked, options);
  const { choices, used, notes } = chooseStack(checked, plan, false);
  const scores = checked.scores.map(
    (score, j): StackedScore => ({
      name: score.name,
      direction: score.direction,
      scale: score.scale,
      cost: score.cost,
      missing: shareMissing(score, checked.weights),
      used: used.includes(j),
    }),
  );
  return sealStack({
    schema: "candor.stack/1",
    version,
    created,
    scores,
    models: requireModels(checked, used, choices),
    spec: {
      metric: "stack",
      model: "non-negative logistic",
      shape: choices.shape,
      penalty: choices.penalty,
      choose: typeof plan.choice === "string" ? plan.choice : JSON.stringify(plan.choice),
      folds: plan.folds,
      seed: plan.seed,
      shapeChosen: plan.shape === "auto",
      penaltyChosen: plan.penalty === null,
    },
    data: { name, fingerprint: stackDataFingerprint(checked) },
    n: checked.rows,
    effectiveN: effectiveSize(checked.weights, checked.rows),
    evidence: evidence ? stackEvidence(checked, plan, level) : null,
    notes: [...notes, ...notesOf(checked, scores)],
  });
}
