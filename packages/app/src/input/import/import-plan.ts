import type { ScoreKind } from "@candor/core";
import {
  BadInput,
  fieldsNamed,
  type Located,
  locateNumber,
  makePlan,
  makeScorePlan,
  type ScorePlan,
  type TableSet,
} from "@candor/input";
import type { ImportOptions } from "./import-options.ts";

type ClassPlan = Extract<ScorePlan, { task: "multiclass" }>;

/** A column that is read, and as what. */
export interface ImportField {
  readonly located: Located;
  readonly as: "number" | "time" | "text";
}

/** What is the same for all rows, or in a column called by the role. */
export interface Constant {
  readonly constant: string | undefined;
}

/** Which columns become which fields. */
export interface ImportPlan {
  /** Null: outcomes only. Class probabilities are confidences in the likeliest class. */
  readonly task: "binary" | "confidence" | null;
  readonly fields: Readonly<Record<string, ImportField>>;
  readonly segments: readonly { readonly role: string; readonly name: string }[];
  readonly classes: ClassPlan | undefined;
  /** How outcomes are written: one class of two, right or wrong, or the class itself. Null: there are none. */
  readonly truthKind: "label" | "correct" | "class" | null;
  readonly model: Constant;
  readonly version: Constant;
  readonly scoreTitle: string;
  readonly columns: Readonly<Record<string, string>>;
  readonly outcomeName: string | undefined;
  readonly source: string | undefined;
}

function kindOf({ score, confidence, correct, probs, logits }: ImportOptions): ScoreKind | undefined {
  if (score !== undefined) return "probability";
  if (probs !== undefined) return "probabilities";
  if (logits !== undefined) return "logits";
  return confidence !== undefined || correct !== undefined ? "confidence" : undefined;
}

interface Scores {
  readonly plan: ScorePlan;
  readonly truth: Located | undefined;
}

/** The columns of the scores, and of the truth where there is one. */
async function scoresOf(set: TableSet, options: ImportOptions): Promise<Scores> {
  const kind = kindOf(options);
  const named = options.label ?? options.labels ?? options.correct;
  if (kind === undefined) {
    const plan = await makePlan(set, options);
    return { plan, truth: plan.truth };
  }
  if (options.correct !== undefined && (options.label ?? options.labels) !== undefined)
    throw new BadInput("--label and --correct exclude each other");
  const plan = await makeScorePlan(set, options, kind);
  return {
    plan,
    truth:
      named === undefined
        ? undefined
        : await set.locate(named, options.correct === undefined ? "--label" : "--correct"),
  };
}

/**
 * Decides which columns are read: as for a report, and those that only an import has.
 *
 * @throws {BadInput} that names the flag which is missing, or the column that is not there
 */
export async function makeImportPlan(set: TableSet, options: ImportOptions): Promise<ImportPlan> {
  const fields: Record<string, ImportField> = {};
  const text = async (role: string, name: string | undefined, flag: string) => {
    if (name !== undefined) fields[role] = { located: await set.locate(name, flag), as: "text" };
  };
  const known = (name: string | undefined, role: string): string | undefined =>
    name ?? (set.main !== undefined && fieldsNamed(set.main.fields, role).length === 1 ? role : undefined);

  await text("id", options.id, "--id");
  if (options.observedAt !== undefined)
    fields["observedAt"] = { located: await set.locate(options.observedAt, "--observed-at"), as: "time" };
  if (options.time !== undefined) fields["time"] = { located: await set.locate(options.time, "--time"), as: "time" };
  const shared = { outcomeName: options.outcomeName, source: options.source };

  if (options.outcomes) {
    const { label = options.labels, correct } = options;
    if (fields["id"] === undefined)
      throw new BadInput("--outcomes needs --id COLUMN: the ids of the predictions that the rows are about");
    if (label === undefined && correct === undefined)
      throw new BadInput("--outcomes needs --label COLUMN or --correct COLUMN: what turned out");
    await text("truth", label ?? correct, label === undefined ? "--correct" : "--label");
    const truthKind = correct !== undefined ? "correct" : options.positive !== undefined ? "label" : "class";
    return {
      ...shared,
      task: null,
      fields,
      segments: [],
      classes: undefined,
      truthKind,
      model: { constant: undefined },
      version: { constant: undefined },
      scoreTitle: "",
      columns: titles(set, fields),
    };
  }

  const { plan, truth } = await scoresOf(set, options);
  if (plan.task !== "multiclass") fields["score"] = { located: plan.score, as: "number" };
  if (truth !== undefined) fields["truth"] = { located: truth, as: "text" };
  const segments = plan.by.map(({ table, field, name }, s) => {
    fields[`segment${s}`] = { located: { table, field }, as: "text" };
    return { role: `segment${s}`, name };
  });
  await text(
    "model",
    options.model === undefined ? known(options.modelColumn, "model") : options.modelColumn,
    "--model-column",
  );
  await text(
    "version",
    options.modelVersion === undefined ? known(options.versionColumn, "version") : options.versionColumn,
    "--version-column",
  );
  await text("route", options.route, "--route");
  await text("predicted", options.predicted, "--predicted");
  await text("decision", options.decision, "--decision");
  if (options.rawConfidence !== undefined)
    fields["rawConfidence"] = { located: await locateNumber(set, options.rawConfidence, "--raw"), as: "number" };
  if (options.propensity !== undefined)
    fields["propensity"] = { located: await locateNumber(set, options.propensity, "--propensity"), as: "number" };
  if (options.model === undefined && fields["model"] === undefined)
    throw new BadInput("which model made these predictions? expected --model NAME or --model-column COLUMN");
  return {
    ...shared,
    task: plan.task === "binary" ? "binary" : "confidence",
    fields,
    segments,
    classes: plan.task === "multiclass" ? plan : undefined,
    truthKind:
      truth === undefined ? null : plan.task === "multiclass" ? "class" : plan.task === "binary" ? "label" : "correct",
    model: { constant: options.model },
    version: { constant: options.modelVersion ?? (fields["version"] === undefined ? "1" : undefined) },
    scoreTitle: plan.task === "multiclass" ? plan.classes.title : set.title(plan.score),
    columns: { ...plan.columns, ...titles(set, fields) },
  };
}

function titles(set: TableSet, fields: Readonly<Record<string, ImportField>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([role]) => !role.startsWith("segment"))
      .map(([role, { located }]) => [role, set.title(located)]),
  );
}
