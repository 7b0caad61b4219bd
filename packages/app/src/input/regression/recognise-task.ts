import { createReadStream } from "node:fs";
import type { InputOptions, ReadContext } from "../input-options.ts";
import { plainName } from "../known-names.ts";
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

/** Whether names show quantiles, or a forecast with its standard deviation, beside an outcome; and nothing else. */
function looksLikeForecasts(table: Table, { label, labels, weight, time, by = [], group }: InputOptions): boolean {
  const named = new Set([weight, time, group, ...by].flatMap((name) => name?.toLowerCase() ?? []));
  const taken = new Set<Field>(table.fields.filter(({ name }) => named.has(name.toLowerCase())));
  const fields = table.fields.filter((field) => !taken.has(field));
  const truth = label ?? labels;
  const outcomes =
    truth === undefined
      ? knownFields(fields, "outcome").filter(({ kind }) => kind === "number")
      : fields.filter(({ name, kind }) => name.toLowerCase() === truth.toLowerCase() && kind === "number");
  if (outcomes.length === 0 || looksLikeClasses(table, taken)) return false;
  const hasSigma = knownFields(fields, "prediction").length > 0 && knownFields(fields, "sigma").length > 0;
  if (hasSigma) return true;
  const quantiles = recogniseQuantiles(fields);
  const others = knownFields(fields, "prediction").filter(({ name }) => !["mean", "mu"].includes(plainName(name)));
  return (
    quantiles.length > 0 &&
    others.length === 0 &&
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
    const task = main?.named && looksLikeForecasts(main, options) ? "regression" : "classes";
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
