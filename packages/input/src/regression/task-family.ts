import { looksLikeClasses } from "../candidates.ts";
import type { InputOptions } from "../input-options.ts";
import { plainName, weakScoreNames } from "../known-names.ts";
import type { Field, Table } from "../table.ts";
import { knownFields } from "./forecast-plan.ts";
import { recogniseQuantiles } from "./quantile-columns.ts";
import { levelPart, readLevels } from "./quantile-levels.ts";

/** What rows can be: forecasts of numbers, or scores of classes. */
export type TaskFamily = "regression" | "classes";

const forecastFlags = ["prediction", "sigma", "variance", "quantiles", "lower", "upper", "intervalLevel"] as const;
const classFlags = ["score", "probs", "logits", "confidence", "correct", "positive", "normalise"] as const;

/** What the flags alone decide. */
export function flaggedFamily(options: InputOptions): TaskFamily | undefined {
  if (options.confidenceFrom !== undefined) return "classes";
  if (options.task !== undefined) return options.task === "regression" ? "regression" : "classes";
  if (options.memberSigmas !== undefined) return "regression";
  if (options.members !== undefined) return "classes";
  if (forecastFlags.some((flag) => options[flag] !== undefined)) return "regression";
  return classFlags.some((flag) => options[flag] !== undefined) ? "classes" : undefined;
}

/** Rows that are looked at to tell outcomes from labels. */
const PEEKED_ROWS = 1000;

/** Whether the first values of a column are no more than two different ones, as labels are. */
async function looksLikeLabels(table: Table, field: Field): Promise<boolean> {
  const options = { batchRows: PEEKED_ROWS, skipBad: true, signal: undefined };
  for await (const { columns } of table.stream([{ as: "number", field }], options)) {
    const column = columns[0];
    return column?.as === "number" && new Set(column.values).size <= 2;
  }
  return false;
}

/** Whether names show quantiles, or a forecast with its standard deviation, beside an outcome; and nothing else. */
export async function looksLikeForecasts(
  table: Table,
  { label, labels, weight, time, by = [], group }: InputOptions,
): Promise<boolean> {
  const named = new Set([weight, time, group, ...by].flatMap((name) => name?.toLowerCase() ?? []));
  const taken = new Set<Field>(table.fields.filter(({ name }) => named.has(name.toLowerCase())));
  const fields = table.fields.filter((field) => !taken.has(field));
  const truth = label ?? labels;
  const outcome =
    truth === undefined
      ? knownFields(fields, "outcome").find(({ kind }) => kind === "number")
      : fields.find(({ name, kind }) => name.toLowerCase() === truth.toLowerCase() && kind === "number");
  if (outcome === undefined || looksLikeClasses(table, taken)) return false;
  const isScore = ({ name, kind }: Field) => weakScoreNames.includes(plainName(name)) && kind === "number";
  const hasSigma = knownFields(fields, "prediction").length > 0 && knownFields(fields, "sigma").length > 0;
  if (hasSigma) return !fields.some(isScore) || !(await looksLikeLabels(table, outcome));
  const quantiles = recogniseQuantiles(fields);
  return (
    quantiles.length > 0 &&
    !fields.some(isScore) &&
    "levels" in readLevels(quantiles.map(({ name }) => levelPart(name) ?? ""))
  );
}
