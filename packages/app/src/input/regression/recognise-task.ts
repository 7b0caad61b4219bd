import { createReadStream } from "node:fs";
import type { InputOptions, ReadContext } from "../input-options.ts";
import { plainName, weakScoreNames } from "../known-names.ts";
import { openSources } from "../open-sources.ts";
import { looksLikeClasses } from "../plan.ts";
import type { Field, Table } from "../table.ts";
import { knownFields } from "./forecast-plan.ts";
import { recogniseQuantiles } from "./quantile-columns.ts";
import { levelPart, readLevels } from "./quantile-levels.ts";

/** What the rows of a file are. */
export interface RecognisedTask {
  readonly task: "regression" | "classes";
  /** What standard input held, where it was read to find out. */
  readonly stdin: NodeJS.ReadableStream | undefined;
  /** Removes what was kept of standard input. */
  close(): Promise<void>;
}

const forecastFlags = ["prediction", "sigma", "quantiles", "lower", "upper", "intervalLevel"] as const;
const classFlags = ["score", "probs", "logits", "confidence", "correct", "positive", "normalise"] as const;

/** What the flags alone decide. */
function flaggedTask(options: InputOptions): RecognisedTask["task"] | undefined {
  if (options.task !== undefined) return options.task === "regression" ? "regression" : "classes";
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
async function looksLikeForecasts(
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

/**
 * Whether a file holds forecasts of numbers or scores of classes: as the flags say, else as the names of its columns
 * show. Where they show nothing, or both, it is read as scores of classes, whose reader says what is missing.
 *
 * @param path the file; `-` reads standard input, which is kept for the reader that comes next
 */
export async function recogniseTask(
  path: string | undefined,
  options: InputOptions,
  context: ReadContext = {},
): Promise<RecognisedTask> {
  const close = async (): Promise<void> => undefined;
  const flagged = flaggedTask(options);
  if (flagged !== undefined || path === undefined) return { task: flagged ?? "classes", stdin: undefined, close };
  const sources = await openSources(path, options, context);
  try {
    const { main } = sources.set;
    const task = main?.named && (await looksLikeForecasts(main, options)) ? "regression" : "classes";
    if (path !== "-") {
      await sources.close();
      return { task, stdin: undefined, close };
    }
    const stdin = createReadStream(sources.spool().path("standard-input"));
    return {
      task,
      stdin,
      async close() {
        stdin.destroy();
        await sources.close();
      },
    };
  } catch (error) {
    await sources.close();
    throw error;
  }
}
