import { existsSync } from "node:fs";
import { formats, type InputOptions } from "@candor/input";
import { type Command, Option } from "commander";
import { collectNames, inputFiles } from "./input-files.ts";
import { parseShare } from "./policy-numbers.ts";
import { UsageError } from "./usage-error.ts";

/** What a command reads: scores of classes, or forecasts of numbers too. */
export type ReadsTasks = "scores" | "scores and forecasts";

/**
 * Adds the flags that say which column is what; they read the same wherever rows with outcomes are read.
 *
 * @param reads with forecasts, `addForecastFlags` belongs beside this
 */
export function addColumnFlags(command: Command, reads: ReadsTasks = "scores"): Command {
  const tasks = ["binary", "multiclass", "confidence", ...(reads === "scores" ? [] : ["regression"])];
  return command
    .optionsGroup("What the columns are (recognised where unambiguous):")
    .option("--score <column>", "probability of the positive class, or an NPY file")
    .option("--label <column>", "what happened: 0/1 or class names, or an NPY file")
    .option("--labels <column>", "the same as --label")
    .option("--positive <value>", "the label that --score is the probability of")
    .option("--probs <columns>", "one probability per class: 'p_*', a,b,c or an NPY file")
    .option("--logits <columns>", "one logit per class, named like --probs")
    .option("--confidence <column>", "confidence in the prediction made")
    .option("--correct <column>", "whether that prediction was correct")
    .option("--weight <column>", "weight of each row, ≥ 0")
    .option("--propensity <column>", "probability of each row of being labelled; none: read no such column")
    .option("--by <columns>", "segments to compare, comma separated; may be repeated", collectNames)
    .option("--time <column>", "when each row happened: dates or numbers")
    .addOption(new Option("--task <task>", "if it cannot be told").choices(tasks))
    .addOption(new Option("--format <format>", "if it cannot be told").choices([...formats]));
}

/** Adds the flags that say which columns are forecasts of a number. */
export function addForecastFlags(command: Command): Command {
  return command
    .optionsGroup("Forecasts of a number (what came is --label):")
    .option("--prediction <column>", "the number forecast, or an NPY file")
    .option("--sigma <column>", "its standard deviation")
    .option("--variance <column>", "its variance, instead of --sigma")
    .option("--quantiles <columns>", "one quantile per column: 'q*', a,b or 0.05=a,0.95=b")
    .option("--lower <column>", "lower end of an interval for the number")
    .option("--upper <column>", "upper end of that interval")
    .option("--interval-level <level>", "how often it is meant to hold, such as 0.9", parseLevel);
}

/** Reads `--level` of intervals: `0.95` or `95%`. */
export const parseLevel: (text: string) => number = parseShare("open", "0.95");

/**
 * Which argument is the input. `candor report --json scores.csv` reads as "write to scores.csv": when that file exists
 * and no other input is named, it is taken as the input and the JSON goes to standard output.
 *
 * @param command its name, and what it does with the file, for the complaint where there is none
 */
export function separate(
  file: string | undefined,
  flags: InputOptions & { readonly json?: string | true },
  command: { readonly name: string; readonly purpose: string },
): { source: string | undefined; json: string | true | undefined } {
  if (file === undefined && typeof flags.json === "string" && inputFiles(flags).length === 0 && existsSync(flags.json))
    return { source: flags.json, json: true };
  if (file === undefined && inputFiles(flags).length === 0)
    throw new UsageError(
      `no file to ${command.purpose}, expected \`candor ${command.name} FILE\` (- reads standard input)`,
    );
  return { source: file, json: flags.json === "-" ? true : flags.json };
}
