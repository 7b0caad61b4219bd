import type { ScoreKind, Task } from "@candor/core";
import { BadInput } from "./bad-input.ts";
import { baseName } from "./base-name.ts";
import { type ClassColumns, chosenClassColumns, recogniseClassColumns, wholeTableAsClasses } from "./class-columns.ts";
import { fieldsNamed } from "./find-field.ts";
import type { InputOptions } from "./input-options.ts";
import { acquisitionName, knownNames, plainName, type Role, weakScoreNames } from "./known-names.ts";
import {
  checkedNumeric,
  locateNumber,
  locateShared,
  recognisedPropensity,
  type SharedPlan,
  sharedFields,
  sharedTitles,
} from "./locate-shared.ts";
import { chosenScore, conflictWithScore, type ScoreNeed, scoreNeed } from "./score-need.ts";
import { nameList, printable } from "./show.ts";
import type { Field, FieldKind, Table } from "./table.ts";
import type { Located, TableSet } from "./table-set.ts";

/** One value per class, from which file. */
export interface ClassSource {
  readonly table: Table;
  readonly fields: readonly Field[];
  /** Number of classes. */
  readonly width: number;
  readonly classNames: readonly string[];
  /** False where the classes are only numbered, as in an array. */
  readonly isNamed: boolean;
  readonly title: string;
}

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

const scoreFlags = ["score", "confidence", "probs", "logits"] as const;
const flagOf = { probability: "score", confidence: "confidence", probabilities: "probs", logits: "logits" } as const;
const kindWords: Readonly<Record<ScoreKind, string>> = {
  probability: "the probability of the positive class",
  confidence: "the confidence in a prediction",
  probabilities: "one probability per class",
  logits: "one logit per class",
};

function conflict(options: InputOptions): string | undefined {
  const given = (["score", "probs", "logits", "confidence"] as const).filter((flag) => options[flag] !== undefined);
  if (given.length > 1) return `${given.map((flag) => `--${flag}`).join(" and ")} exclude each other`;
  if (options.label !== undefined && options.labels !== undefined && options.label !== options.labels)
    return "--label and --labels name different columns, expected one of them";
  const scored = chosenScore(options);
  const unfit = scored && conflictWithScore(scored, options);
  if (unfit !== undefined) return unfit;
  const truth = options.label ?? options.labels;
  if (truth !== undefined && options.correct !== undefined) return "--label and --correct exclude each other";
  return undefined;
}

/** The task the flags decide, if they do. */
function flaggedTask(options: InputOptions): Task | undefined {
  if (options.task === "regression")
    throw new BadInput("--task regression: forecasts of numbers cannot be read here, expected scores of classes");
  const { task, score, probs, logits, confidence, correct, positive } = options;
  const need = neededBy(options);
  const told =
    need === "one logit" || score !== undefined
      ? "binary"
      : need === "class logits" || probs !== undefined || logits !== undefined
        ? "multiclass"
        : confidence !== undefined || correct !== undefined
          ? "confidence"
          : undefined;
  if (told !== undefined && task !== undefined && told !== task)
    throw new BadInput(`the flags are those of a ${told} task, expected ${task} as --task says`);
  if (positive !== undefined && (told ?? task ?? "binary") !== "binary")
    throw new BadInput(`--positive belongs to --score, expected no --positive with a ${told ?? task} task`);
  return told ?? task;
}

/** What `--confidence-from` has to be computed from. */
function neededBy(options: InputOptions): ScoreNeed | undefined {
  const scored = chosenScore(options);
  return scored && scoreNeed(scored);
}

/** What the columns of the main file could be, by their names. */
class Candidates {
  readonly #fields: readonly Field[];
  readonly #scoreName: string | undefined;

  /**
   * @param taken fields that flags use for something else
   * @param scoreName column that is the confidence where there is one
   */
  constructor(table: Table | undefined, taken: ReadonlySet<Field>, scoreName?: string) {
    this.#fields = (table?.fields ?? []).filter((field) => !taken.has(field));
    this.#scoreName = scoreName;
  }

  of(role: Role, kinds: readonly FieldKind[]): readonly Field[] {
    if (role === "confidence" && this.#scoreName !== undefined) {
      const recorded = fieldsNamed(this.#fields, this.#scoreName).filter(({ kind }) => kinds.includes(kind));
      if (recorded.length > 0) return recorded;
    }
    const names = knownNames[role];
    return this.#fields.filter((field) => names.includes(plainName(field.name)) && kinds.includes(field.kind));
  }

  scores(): readonly Field[] {
    const strong = this.of("score", ["number", "text", "boolean"]);
    if (strong.length > 0) return strong;
    return this.#fields.filter((field) => weakScoreNames.includes(plainName(field.name)) && field.kind === "number");
  }

  classes(kind: "probs" | "logits"): readonly ClassColumns[] {
    const lists = this.of(kind, ["list", "matrix"]).map((field) => ({
      fields: [field],
      classNames: [],
      title: field.name,
    }));
    return [...recogniseClassColumns(this.#fields, kind), ...lists];
  }

  truths(role: "label" | "correct"): readonly Field[] {
    return this.of(role, ["number", "text", "boolean"]);
  }
}

/** Whether names of columns show scores of classes; names that often hold something else do not count. */
export function looksLikeClasses(table: Table, taken: ReadonlySet<Field>): boolean {
  const candidates = new Candidates(table, taken);
  return (
    candidates.of("score", ["number", "text", "boolean"]).length > 0 ||
    candidates.classes("probs").length > 0 ||
    candidates.classes("logits").length > 0 ||
    (candidates.of("confidence", ["number", "text"]).length > 0 && candidates.truths("correct").length > 0)
  );
}

function titles(fields: readonly Field[]): string {
  return nameList(fields.map((field) => field.name));
}

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
    if (only === "logits") this.#refuseWithoutLogits(candidates);
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
    const wanted = flagOf[kind];
    const given = scoreFlags.find((flag) => flag !== wanted && this.#options[flag] !== undefined);
    if (given !== undefined)
      throw new BadInput(`the calibrator reads ${kindWords[kind]}, expected --${wanted}, got --${given}`);
    const shared = await this.#shared();
    const candidates = new Candidates(this.#set.main, sharedFields(shared), this.#options.scoreName);
    if (this.#options[wanted] === undefined) this.#refuseOtherKind(kind, candidates);
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
    if (only === "logits") this.#refuseWithoutLogits(candidates);
    const task = outputs === "probability" ? "binary" : "multiclass";
    const { source, columns } = await this.#source(task, candidates, new Set(sharedFields(shared)), only);
    return { ...shared, ...source, columns: { ...columns, ...sharedTitles(this.#set, shared) } };
  }

  /** Says so when a score needs logits and the file shows something else. */
  #refuseWithoutLogits(candidates: Candidates): void {
    const { main } = this.#set;
    if (main === undefined || this.#options.logits !== undefined || this.#loneArray() !== undefined) return;
    if (candidates.classes("logits").length > 0) return;
    const probs = candidates.classes("probs").map(({ title }) => title);
    const got =
      probs.length > 0
        ? `probabilities (${probs.join(", ")}), which cannot be turned back into them`
        : `columns ${titles(main.fields)}`;
    throw new BadInput(`${main.file}: ${this.#options.confidenceFrom} needs one logit per class, got ${got}`, {
      file: main.file,
      hint: "name them with --logits 'z_*'",
    });
  }

  /** Says so when the file has scores, but of another kind. */
  #refuseOtherKind(kind: ScoreKind, candidates: Candidates): void {
    const { main } = this.#set;
    const lone = this.#loneArray();
    const isWide = kind === "probabilities" || kind === "logits";
    const complain = (got: string) =>
      new BadInput(`${main?.file}: the calibrator reads ${kindWords[kind]} (--${flagOf[kind]}), got ${got}`, {
        file: main?.file,
      });
    if (lone !== undefined) {
      if (isWide && lone.kind !== "matrix") throw complain("one number per row");
      if (!isWide && lone.kind === "matrix") throw complain(`${lone.width} values per row`);
      return;
    }
    const found = {
      score: titles(candidates.scores()),
      confidence: titles(candidates.of("confidence", ["number", "text"])),
      probs: candidates
        .classes("probs")
        .map(({ title }) => title)
        .join(", "),
      logits: candidates
        .classes("logits")
        .map(({ title }) => title)
        .join(", "),
    };
    if (found[flagOf[kind]] !== "") return;
    const others = scoreFlags.filter((flag) => found[flag] !== "").map((flag) => `${found[flag]} (--${flag})`);
    if (others.length > 0) throw complain(`columns that look like ${others.join(" and ")}`);
  }

  async #shared(): Promise<SharedPlan> {
    const complaint = conflict(this.#options);
    if (complaint !== undefined) throw new BadInput(complaint);
    return locateShared(this.#set, this.#options);
  }

  /** Where the scores are, and their columns by role. */
  async #source(task: Task, candidates: Candidates, taken: ReadonlySet<Field>, only?: "probs" | "logits") {
    if (task === "multiclass") {
      const { classes, areLogits } = await this.#classes(candidates, taken, only);
      return { source: { task, classes, areLogits }, columns: { [areLogits ? "logits" : "probs"]: classes.title } };
    }
    const role = task === "binary" ? "score" : "confidence";
    const score = await this.#score(role, candidates);
    const isLogit = role === "score" && neededBy(this.#options) === "one logit";
    return { source: { task, score, isLogit }, columns: { [role]: this.#set.title(score) } };
  }

  /** A main file that is one unnamed array speaks through its shape. */
  #shapeTask(): Task | undefined {
    const field = this.#loneArray();
    if (field === undefined) return undefined;
    if (field.kind === "matrix") return "multiclass";
    return this.#options.correct === undefined ? "binary" : "confidence";
  }

  #loneArray(): Field | undefined {
    const { main } = this.#set;
    return main?.named === false ? main.fields[0] : undefined;
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
    const lone = this.#loneArray();
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

  async #classes(
    candidates: Candidates,
    taken: ReadonlySet<Field>,
    only?: "probs" | "logits",
  ): Promise<{ classes: ClassSource; areLogits: boolean }> {
    const { probs, logits } = this.#options;
    const { main } = this.#set;
    if (logits !== undefined) return { classes: await this.#chosenClasses(logits, "logits", taken), areLogits: true };
    if (probs !== undefined) return { classes: await this.#chosenClasses(probs, "probs", taken), areLogits: false };
    if (main === undefined) throw new BadInput("no probabilities given, expected --probs or --logits with a file");
    const lone = this.#loneArray();
    if (lone !== undefined) {
      const columns = { fields: [lone], classNames: [], title: baseName(main.file) };
      return { classes: await this.#counted(main, columns, only ?? "probs"), areLogits: only === "logits" };
    }
    const kinds = only === undefined ? (["probs", "logits"] as const) : [only];
    const found = kinds.flatMap((kind) => candidates.classes(kind).map((columns) => ({ kind, columns })));
    if (found.length === 1) {
      const { kind, columns } = found[0]!;
      return { classes: await this.#counted(main, columns, kind), areLogits: kind === "logits" };
    }
    if (found.length > 1)
      throw new BadInput(
        `${main.file}: several groups of columns could be the classes: ${found.map((f) => f.columns.title).join(", ")}`,
        { file: main.file, hint: "say which with --probs or --logits" },
      );
    throw new BadInput(
      `${main.file}: no columns are known to be one value per class; columns: ${titles(main.fields)}`,
      { file: main.file, hint: "name them with --probs 'p_*' or --logits 'z_*'" },
    );
  }

  async #chosenClasses(text: string, kind: "probs" | "logits", taken: ReadonlySet<Field>): Promise<ClassSource> {
    const { main } = this.#set;
    const chosen = main && chosenClassColumns(main, text, kind, taken);
    if (main !== undefined && chosen !== undefined) return this.#counted(main, chosen, kind);
    const own = main?.fields.find((field) => field.name === text);
    if (main !== undefined && own !== undefined)
      return this.#counted(main, { fields: [own], classNames: [], title: own.name }, kind);
    const table = await this.#set.side(text);
    if (table === undefined) throw this.#set.missing(text, `--${kind}`);
    const groups = recogniseClassColumns(table.fields, kind);
    const arrays = table.fields.filter((field) => field.kind === "matrix" || field.kind === "list");
    const columns =
      groups.length === 1
        ? groups[0]!
        : arrays.length === 1
          ? { fields: arrays, classNames: [], title: baseName(table.file) }
          : wholeTableAsClasses(table, kind);
    if (columns === undefined)
      throw new BadInput(
        `${table.file}: expected an array of n × k values or columns of numbers, one per class, got ${titles(table.fields)}`,
        { file: table.file },
      );
    return this.#counted(table, { ...columns, title: baseName(table.file) }, kind);
  }

  /** Counts and names the classes. */
  async #counted(table: Table, columns: ClassColumns, kind: "probs" | "logits"): Promise<ClassSource> {
    const { fields, title } = columns;
    const single = fields.length === 1 ? fields[0]! : undefined;
    if (single === undefined) {
      const wrong = fields.find((field) => field.kind !== "number" && field.kind !== "text");
      if (wrong !== undefined) checkedNumeric({ table, field: wrong }, `--${kind}`);
      return { table, fields, width: fields.length, classNames: columns.classNames, isNamed: true, title };
    }
    const lists = single.kind === "list" || single.kind === "matrix" || single.kind === "text";
    const width = lists ? await table.width(single) : 1;
    if (width === undefined || width < 2)
      throw new BadInput(
        `${table.file}: expected at least two values per row for --${kind}, got one in ${printable(single.name)}`,
        { file: table.file, column: single.name, hint: "for the probability of one class use --score" },
      );
    const classNames = Array.from({ length: width }, (_, k) => String(k));
    return { table, fields, width, classNames, isNamed: false, title };
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
