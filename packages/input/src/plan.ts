import type { ScoreKind, Task } from "@candor/core";
import { BadInput } from "./bad-input.ts";
import { Candidates, loneArray } from "./candidates.ts";
import { type ClassSource, locateClasses } from "./class-source.ts";
import { conflictOfFlags, flaggedTask, neededBy } from "./flagged-task.ts";
import type { InputOptions } from "./input-options.ts";
import { acquisitionName, plainName, type Role } from "./known-names.ts";
import {
  checkedNumeric,
  locateNumber,
  locateShared,
  recognisedPropensity,
  type SharedPlan,
  sharedFields,
  sharedTitles,
} from "./locate-shared.ts";
import { kindWords, refuseOtherKind, refuseWithoutLogits, scoreFlagOf, scoreFlags } from "./refuse-scores.ts";
import { printable, titles } from "./show.ts";
import type { Field, Table } from "./table.ts";
import type { Located, TableSet } from "./table-set.ts";

/** Which columns are read besides the truth, and as what. */
export type ScorePlan = SharedPlan & {
  /** Names of the columns by role, for the report. */
  readonly columns: Readonly<Record<string, string>>;
} & (
    | {
        readonly task: "binary" | "confidence";
        readonly score: Located;
        /** The score of a binary task is a logit. */
        readonly isLogit?: boolean;
      }
    | { readonly task: "multiclass"; readonly classes: ClassSource; readonly areLogits: boolean }
  );

/** All columns that are read; the truth is the true class, or whether the prediction was correct. */
export type Plan = ScorePlan & {
  readonly truth: Located;
  /** What was decided and the user should know, in sentences. */
  readonly notes?: readonly string[];
};

const truthRole = { binary: "label", multiclass: "label", confidence: "correct" } as const;

/** What has to be known of rows that somebody selected. */
function selectionNotes(main: Table | undefined, propensity: Located | undefined): string[] {
  const isChosen = main?.fields.some(({ name }) => plainName(name) === acquisitionName) ?? false;
  return [
    ...(propensity === undefined ? [] : [`rows weigh one over their ${printable(propensity.field.name)}`]),
    ...(isChosen
      ? ["rows were chosen to train on, not drawn with known probabilities: what is measured here holds for no others"]
      : []),
  ];
}

/** Makes a `Plan` from flags, names and shapes. */
class Planner {
  readonly #set: TableSet;
  readonly #options: InputOptions;

  constructor(set: TableSet, options: InputOptions) {
    this.#set = set;
    this.#options = options;
  }

  async plan(): Promise<Plan> {
    const shared = await this.#shared();
    const candidates = new Candidates(this.#set.main, sharedFields(shared), this.#options.scoreName);
    const task = flaggedTask(this.#options) ?? this.#shapeTask() ?? this.#recognisedTask(candidates);
    const truth = await this.#truth(truthRole[task], candidates);
    const taken = new Set([truth.field, ...sharedFields(shared)]);
    const only = neededBy(this.#options) === "class logits" ? "logits" : undefined;
    if (only === "logits") refuseWithoutLogits(this.#set.main, this.#options, candidates);
    const { source, columns } = await this.#source(task, candidates, taken, only);
    const sourceFields = "classes" in source ? source.classes.fields : [source.score.field];
    const propensity =
      shared.propensity ?? recognisedPropensity(this.#set.main, this.#options, new Set([...taken, ...sourceFields]));
    if (propensity !== undefined && shared.weight !== undefined)
      throw new BadInput(
        `${propensity.table.file}: rows weigh one over their ${printable(propensity.field.name)}, expected no --weight besides`,
        { file: propensity.table.file, hint: "--propensity none leaves that column unread" },
      );
    const all = { ...shared, propensity };
    const named = { ...columns, [truthRole[task]]: this.#set.title(truth), ...sharedTitles(this.#set, all) };
    return { ...all, ...source, truth, columns: named, notes: selectionNotes(this.#set.main, propensity) };
  }

  /** The plan for scores of a known kind, without a truth. */
  async scorePlan(kind: ScoreKind): Promise<ScorePlan> {
    const wanted = scoreFlagOf[kind];
    const given = scoreFlags.find((flag) => flag !== wanted && this.#options[flag] !== undefined);
    if (given !== undefined)
      throw new BadInput(`the calibrator reads ${kindWords[kind]}, expected --${wanted}, got --${given}`);
    const shared = await this.#shared();
    const candidates = new Candidates(this.#set.main, sharedFields(shared), this.#options.scoreName);
    if (this.#options[wanted] === undefined) refuseOtherKind(this.#set.main, kind, candidates);
    const task = kind === "probability" ? "binary" : kind === "confidence" ? "confidence" : "multiclass";
    const only = kind === "logits" ? "logits" : "probs";
    const { source, columns } = await this.#source(task, candidates, new Set(sharedFields(shared)), only);
    return { ...shared, ...source, columns: { ...columns, ...sharedTitles(this.#set, shared) } };
  }

  /** The plan for outputs that `confidenceFrom` is computed from, without a truth. */
  async outputPlan(outputs: "classes" | "probability"): Promise<ScorePlan> {
    const shared = await this.#shared();
    if (this.#options.score !== undefined && outputs === "classes")
      throw new BadInput(
        `${this.#options.confidenceFrom} is computed from one value per class, expected --probs or --logits, got --score`,
      );
    const candidates = new Candidates(this.#set.main, sharedFields(shared));
    const only = neededBy(this.#options) === "class logits" ? "logits" : undefined;
    if (only === "logits") refuseWithoutLogits(this.#set.main, this.#options, candidates);
    const task = outputs === "probability" ? "binary" : "multiclass";
    const { source, columns } = await this.#source(task, candidates, new Set(sharedFields(shared)), only);
    return { ...shared, ...source, columns: { ...columns, ...sharedTitles(this.#set, shared) } };
  }

  async #shared(): Promise<SharedPlan> {
    const complaint = conflictOfFlags(this.#options);
    if (complaint !== undefined) throw new BadInput(complaint);
    return locateShared(this.#set, this.#options);
  }

  /** Where the scores are, and their columns by role. */
  async #source(task: Task, candidates: Candidates, taken: ReadonlySet<Field>, only?: "probs" | "logits") {
    if (task === "multiclass") {
      const { classes, areLogits } = await locateClasses(this.#set, this.#options, { candidates, taken, only });
      return { source: { task, classes, areLogits }, columns: { [areLogits ? "logits" : "probs"]: classes.title } };
    }
    const role = task === "binary" ? "score" : "confidence";
    const score = await this.#score(role, candidates);
    const isLogit = role === "score" && neededBy(this.#options) === "one logit";
    return { source: { task, score, isLogit }, columns: { [role]: this.#set.title(score) } };
  }

  /** A main file that is one unnamed array speaks through its shape. */
  #shapeTask(): Task | undefined {
    const field = loneArray(this.#set.main);
    if (field === undefined) return undefined;
    if (field.kind === "matrix") return "multiclass";
    return this.#options.correct === undefined ? "binary" : "confidence";
  }

  #recognisedTask(candidates: Candidates): Task {
    const { main } = this.#set;
    const truthGiven = (this.#options.label ?? this.#options.labels) !== undefined;
    const hasLabel = truthGiven || candidates.truths("label").length > 0;
    const classes = [...candidates.classes("probs"), ...candidates.classes("logits")];
    const scores = candidates.scores();
    const found: { task: Task; what: string }[] = [];
    if (hasLabel && scores.length > 0) found.push({ task: "binary", what: `${titles(scores)} (--score)` });
    if (hasLabel && classes.length > 0 && this.#options.positive === undefined)
      found.push({ task: "multiclass", what: `${classes.map((c) => c.title).join(" or ")} (--probs, --logits)` });
    const confidences = candidates.of("confidence", ["number", "text"]);
    const scored = this.#options.confidenceFrom;
    if (scored === undefined && !truthGiven && confidences.length > 0 && candidates.truths("correct").length > 0)
      found.push({ task: "confidence", what: `${titles(confidences)} (--confidence)` });
    if (found.length === 1) return found[0]!.task;
    const file = main?.file;
    if (found.length > 1)
      throw new BadInput(
        `${file}: the file can be read in ${found.length} ways, by ${found.map(({ what }) => what).join(", or by ")}`,
        { file, hint: "say which one with its flag" },
      );
    if (main === undefined)
      throw new BadInput("no file to read, expected FILE, or --probs, --logits, --score or --confidence with a file");
    if (scored !== undefined && confidences.length > 0)
      throw new BadInput(
        `${file}: ${scored} is computed from the outputs of a model and its label, got a confidence (${titles(confidences)})`,
        { file, hint: "name them with --probs 'p_*' or --logits 'z_*', and --label" },
      );
    throw new BadInput(
      `${file}: cannot tell which columns to use${hasLabel ? ", found a label but no score" : ""}; columns: ${titles(main.fields)}`,
      {
        file,
        hint: "name them with --score and --label, --probs 'p_*' and --label, --logits 'z_*' and --label, or --confidence and --correct; forecasts of a number with --prediction or --quantiles and --label",
      },
    );
  }

  async #truth(role: "label" | "correct", candidates: Candidates): Promise<Located> {
    const { main } = this.#set;
    const given = role === "label" ? (this.#options.label ?? this.#options.labels) : this.#options.correct;
    const located =
      given === undefined
        ? this.#pick(role, candidates.truths(role), role)
        : await this.#set.locate(given, `--${role}`, role);
    const { field, table } = located;
    if (field.kind === "matrix" || field.kind === "list" || field.kind === "other")
      throw new BadInput(
        `${table.file}: expected one ${role} per row${table === main ? ` in ${printable(field.name)}` : ""}, got ${
          field.width === undefined
            ? `a column of ${field.kind === "list" ? "lists" : "nested values"}`
            : `${field.width} values per row`
        }`,
        { file: table.file, column: field.name },
      );
    return located;
  }

  async #score(role: "score" | "confidence", candidates: Candidates): Promise<Located> {
    const isLogit = role === "score" && neededBy(this.#options) === "one logit";
    const given = this.#options[role] ?? (isLogit ? this.#options.logits : undefined);
    if (given !== undefined) return locateNumber(this.#set, given, `--${role}`, role);
    const { main } = this.#set;
    const lone = loneArray(this.#set.main);
    if (main !== undefined && lone !== undefined) return checkedNumeric({ table: main, field: lone }, `--${role}`);
    const logits = isLogit ? candidates.of("logits", ["number", "text"]) : [];
    const found =
      logits.length > 0 ? logits : role === "score" ? candidates.scores() : candidates.of(role, ["number", "text"]);
    return this.#pick(role, found, role);
  }

  #pick(role: Role, found: readonly Field[], flag: string): Located {
    const { main } = this.#set;
    if (main === undefined) throw new BadInput(`no ${role} given, expected --${flag} with a file`);
    if (found.length === 1) return { table: main, field: found[0]! };
    if (found.length > 1)
      throw new BadInput(`${main.file}: several columns could be the ${role}: ${titles(found)}`, {
        file: main.file,
        hint: `say which one with --${flag}`,
      });
    throw new BadInput(`${main.file}: no column is known to be the ${role}; columns: ${titles(main.fields)}`, {
      file: main.file,
      hint: `name it with --${flag}`,
    });
  }
}

/**
 * Decides which columns are read, and as what: by flags first, then by names, where only one reading is possible.
 *
 * @throws {BadInput} that lists the candidates, or the columns there are, and the flag that decides
 */
export function makePlan(set: TableSet, options: InputOptions): Promise<Plan> {
  return new Planner(set, options).plan();
}

/**
 * As `makePlan`, for scores of a known kind whose truth is not needed.
 *
 * @throws {BadInput} also when the flags or the names show another kind of scores
 */
export function makeScorePlan(set: TableSet, options: InputOptions, kind: ScoreKind): Promise<ScorePlan> {
  return new Planner(set, options).scorePlan(kind);
}

/**
 * As `makePlan`, for the outputs that `confidenceFrom` is computed from, whose truth is not needed.
 *
 * @param outputs one value per class, or one probability (or logit) of two classes
 * @throws {BadInput} also when the flags or the names show something else
 */
export function makeOutputPlan(
  set: TableSet,
  options: InputOptions,
  outputs: "classes" | "probability",
): Promise<ScorePlan> {
  return new Planner(set, options).outputPlan(outputs);
}
