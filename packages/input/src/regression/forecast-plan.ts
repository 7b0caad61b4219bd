import type { Forecast } from "@candor/core";
import { BadInput } from "../bad-input.ts";
import { baseName } from "../base-name.ts";
import type { InputOptions } from "../input-options.ts";
import { plainName } from "../known-names.ts";
import { locateNumber, locateShared, type SharedPlan, sharedFields, sharedTitles } from "../locate-shared.ts";
import { nameList, printable } from "../show.ts";
import type { Field, Table } from "../table.ts";
import type { Located, TableSet } from "../table-set.ts";
import { type ForecastRole, forecastNames } from "./forecast-names.ts";
import { chosenQuantiles, recognisedQuantiles, recogniseQuantiles } from "./quantile-columns.ts";

/** Which columns hold the forecast. */
export type ForecastColumns =
  | { readonly kind: "point"; readonly point: Located }
  | {
      readonly kind: "point-and-sigma";
      readonly point: Located;
      readonly sigma: Located;
      /** The column holds the square of the standard deviation. */
      readonly isVariance: boolean;
    }
  | {
      readonly kind: "quantiles";
      readonly table: Table;
      readonly fields: readonly Field[];
      readonly levels: readonly number[];
    }
  | {
      readonly kind: "interval";
      readonly lower: Located;
      readonly upper: Located;
      readonly level: number;
      readonly point: Located | null;
    };

/** All columns that are read of a file of forecasts. */
export interface ForecastPlan extends SharedPlan {
  readonly forecast: ForecastColumns;
  /** What came; undefined where it is not needed. */
  readonly outcome: Located | undefined;
  /** Names of the columns by role, for the report. */
  readonly columns: Readonly<Record<string, string>>;
  readonly sourceName: string;
  readonly notes: readonly string[];
}

type Kind = Forecast["kind"];

const kindWords: Readonly<Record<Kind, string>> = {
  point: "a forecast alone (--prediction)",
  "point-and-sigma": "a forecast with its standard deviation (--prediction, --sigma)",
  quantiles: "quantiles (--quantiles)",
  interval: "an interval (--lower, --upper)",
};

const classFlags = ["score", "probs", "logits", "confidence", "correct", "positive"] as const;

/** The complaint about flags that do not go together; undefined when they do. */
function conflict(options: InputOptions): string | undefined {
  const { prediction, quantiles, lower, upper, intervalLevel, label, labels, normalise } = options;
  if (options.sigma !== undefined && options.variance !== undefined) return "--sigma and --variance exclude each other";
  const sigma = options.sigma ?? options.variance;
  const spread = options.sigma === undefined ? "variance" : "sigma";
  const other = classFlags.find((flag) => options[flag] !== undefined);
  if (other !== undefined) return `--${other} belongs to scores of classes, not to forecasts of numbers`;
  if (normalise) return "--normalise belongs to probabilities, not to forecasts of numbers";
  if (quantiles !== undefined) {
    if (prediction !== undefined)
      return "--quantiles and --prediction exclude each other: the median of the quantiles is the forecast";
    const beside = (["sigma", "variance", "lower", "upper"] as const).find((flag) => options[flag] !== undefined);
    if (beside !== undefined) return `--quantiles and --${beside} exclude each other`;
  }
  if (sigma !== undefined && (lower !== undefined || upper !== undefined))
    return `--${spread} and --lower, --upper exclude each other`;
  if ((lower === undefined) !== (upper === undefined))
    return `--${lower === undefined ? "upper" : "lower"} needs --${lower === undefined ? "lower" : "upper"} beside it`;
  if (intervalLevel !== undefined && (sigma !== undefined || quantiles !== undefined))
    return "--interval-level belongs to --lower and --upper";
  if (label !== undefined && labels !== undefined && label !== labels)
    return "--label and --labels name different columns, expected one of them";
  return undefined;
}

function titles(fields: readonly Field[]): string {
  return nameList(fields.map((field) => field.name));
}

/** The fields with a known name; text too, as one bad value makes it of a column of numbers. */
export function knownFields(fields: readonly Field[], role: ForecastRole): readonly Field[] {
  return fields.filter(
    ({ name, kind }) => forecastNames[role].includes(plainName(name)) && (kind === "number" || kind === "text"),
  );
}

class ForecastPlanner {
  readonly #set: TableSet;
  readonly #options: InputOptions;
  readonly #notes: string[] = [];

  constructor(set: TableSet, options: InputOptions) {
    this.#set = set;
    this.#options = options;
  }

  async plan(wanted: Kind | undefined, needsOutcome: boolean): Promise<ForecastPlan> {
    const complaint = conflict(this.#options);
    if (complaint !== undefined) throw new BadInput(complaint);
    const shared = await locateShared(this.#set, this.#options);
    const taken = sharedFields(shared);
    const outcome = needsOutcome ? await this.#outcome(taken) : undefined;
    if (outcome !== undefined) taken.add(outcome.field);
    const kind = this.#flaggedKind() ?? wanted ?? this.#recognisedKind(taken);
    if (wanted !== undefined && kind !== wanted)
      throw new BadInput(`expected ${kindWords[wanted]}, got the flags of ${kindWords[kind]}`);
    const forecast = await this.#forecast(kind, taken);
    const columns = {
      ...this.#titles(forecast),
      ...(outcome ? { label: this.#set.title(outcome) } : {}),
      ...sharedTitles(this.#set, shared),
    };
    const sourceName = this.#sourceName(forecast, outcome);
    return { ...shared, forecast, outcome, columns, sourceName, notes: this.#notes };
  }

  #flaggedKind(): Kind | undefined {
    const { prediction, quantiles, lower, intervalLevel } = this.#options;
    const sigma = this.#options.sigma ?? this.#options.variance;
    if (quantiles !== undefined) return "quantiles";
    if (sigma !== undefined) return "point-and-sigma";
    if (lower !== undefined || intervalLevel !== undefined) return "interval";
    return prediction === undefined ? undefined : "point";
  }

  #free(taken: ReadonlySet<Field>): readonly Field[] {
    return (this.#set.main?.named === false ? [] : (this.#set.main?.fields ?? [])).filter((field) => !taken.has(field));
  }

  /** What the names show; a forecast alone only where nothing says more. */
  #recognisedKind(taken: ReadonlySet<Field>): Kind {
    const { main } = this.#set;
    if (main === undefined)
      throw new BadInput("no file to read, expected FILE, or --prediction and --label with files");
    const fields = this.#free(taken);
    const found = {
      quantiles: recogniseQuantiles(fields),
      prediction: knownFields(fields, "prediction"),
      sigma: knownFields(fields, "sigma"),
      lower: knownFields(fields, "lower"),
      upper: knownFields(fields, "upper"),
    };
    const ways: { kind: Kind; what: string }[] = [];
    if (found.quantiles.length > 0)
      ways.push({ kind: "quantiles", what: `the quantiles ${titles(found.quantiles)} (--quantiles)` });
    if (found.prediction.length > 0 && found.sigma.length > 0)
      ways.push({
        kind: "point-and-sigma",
        what: `${titles(found.prediction)} with ${titles(found.sigma)} (--prediction, --sigma)`,
      });
    if (found.lower.length > 0 && found.upper.length > 0)
      ways.push({
        kind: "interval",
        what: `the interval ${titles([...found.lower, ...found.upper])} (--lower, --upper, --interval-level)`,
      });
    if (ways.length === 1) return ways[0]!.kind;
    const { file } = main;
    if (ways.length > 1)
      throw new BadInput(
        `${file}: the file can be read in ${ways.length} ways, by ${ways.map(({ what }) => what).join(", or by ")}`,
        { file, hint: "say which one with its flags" },
      );
    if (found.prediction.length > 0) return "point";
    throw new BadInput(`${file}: cannot tell which columns are the forecast; columns: ${titles(main.fields)}`, {
      file,
      hint: "name them with --prediction (and --sigma), --quantiles 'q*', or --lower, --upper and --interval-level",
    });
  }

  async #outcome(taken: ReadonlySet<Field>): Promise<Located> {
    const given = this.#options.label ?? this.#options.labels;
    if (given !== undefined) return locateNumber(this.#set, given, "--label", "label");
    return this.#pick("outcome", "label", taken);
  }

  #pick(role: ForecastRole, flag: string, taken: ReadonlySet<Field>): Located {
    const { main } = this.#set;
    const word = role === "prediction" ? "forecast" : role === "sigma" ? "standard deviation" : `${role}`;
    const what = role === "lower" || role === "upper" ? `${role} end` : word;
    if (main === undefined) throw new BadInput(`no ${what} given, expected --${flag} with a file`);
    const found = knownFields(this.#free(taken), role);
    if (found.length === 1) return { table: main, field: found[0]! };
    const { file } = main;
    if (found.length > 1)
      throw new BadInput(`${file}: several columns could be the ${what}: ${titles(found)}`, {
        file,
        hint: `say which one with --${flag}`,
      });
    throw new BadInput(`${file}: no column is known to be the ${what}; columns: ${titles(main.fields)}`, {
      file,
      hint: `name it with --${flag}`,
    });
  }

  #numberOf(role: "prediction" | "sigma" | "lower" | "upper", taken: ReadonlySet<Field>): Promise<Located> | Located {
    const given = this.#options[role];
    return given === undefined ? this.#pick(role, role, taken) : locateNumber(this.#set, given, `--${role}`);
  }

  async #spread(taken: ReadonlySet<Field>): Promise<{ readonly sigma: Located; readonly isVariance: boolean }> {
    const { variance } = this.#options;
    if (variance === undefined) return { sigma: await this.#numberOf("sigma", taken), isVariance: false };
    return { sigma: await locateNumber(this.#set, variance, "--variance"), isVariance: true };
  }

  async #forecast(kind: Kind, taken: ReadonlySet<Field>): Promise<ForecastColumns> {
    switch (kind) {
      case "point": {
        const point = await this.#numberOf("prediction", taken);
        this.#noteOnMore(taken, point.field);
        return { kind, point };
      }
      case "point-and-sigma":
        return { kind, point: await this.#numberOf("prediction", taken), ...(await this.#spread(taken)) };
      case "quantiles":
        return this.#quantiles(taken);
      case "interval": {
        const [lower, upper] = [await this.#numberOf("lower", taken), await this.#numberOf("upper", taken)];
        const { prediction, intervalLevel } = this.#options;
        if (intervalLevel === undefined)
          throw new BadInput(
            `how often is the interval from ${printable(lower.field.name)} to ${printable(upper.field.name)} meant to hold the outcome? expected --interval-level, e.g. --interval-level 0.9`,
          );
        const known = knownFields(this.#free(taken), "prediction");
        const main = this.#set.main;
        const point =
          prediction !== undefined
            ? await locateNumber(this.#set, prediction, "--prediction")
            : known.length === 1 && main !== undefined
              ? { table: main, field: known[0]! }
              : null;
        return { kind, lower, upper, level: intervalLevel, point };
      }
    }
  }

  #quantiles(taken: ReadonlySet<Field>): ForecastColumns {
    const { main } = this.#set;
    const { quantiles } = this.#options;
    if (main === undefined) throw new BadInput("--quantiles needs FILE, whose columns it names");
    if (quantiles !== undefined) return { kind: "quantiles", table: main, ...chosenQuantiles(main, quantiles, taken) };
    const found = recogniseQuantiles(this.#free(taken));
    if (found.length === 0)
      throw new BadInput(`${main.file}: no columns are known to be quantiles; columns: ${titles(main.fields)}`, {
        file: main.file,
        hint: "name them with --quantiles 'q*'",
      });
    return { kind: "quantiles", table: main, ...recognisedQuantiles(main, found) };
  }

  /** A forecast alone says nothing of its error: the reader may want the columns that do. */
  #noteOnMore(taken: ReadonlySet<Field>, point: Field): void {
    const fields = this.#free(taken).filter((field) => field !== point);
    const quantiles = recogniseQuantiles(fields);
    const sigma = knownFields(fields, "sigma");
    if (sigma.length > 0) this.#notes.push(`not read: ${titles(sigma)}, which --sigma would add`);
    if (quantiles.length > 0) this.#notes.push(`not read: ${titles(quantiles)}, which --quantiles would take instead`);
  }

  #titles(forecast: ForecastColumns): Record<string, string> {
    const title = (located: Located) => this.#set.title(located);
    switch (forecast.kind) {
      case "point":
        return { prediction: title(forecast.point) };
      case "point-and-sigma":
        return {
          prediction: title(forecast.point),
          [forecast.isVariance ? "variance" : "sigma"]: title(forecast.sigma),
        };
      case "quantiles":
        return { quantiles: forecast.fields.map(({ name }) => name).join(", ") };
      case "interval": {
        const { lower, upper, point } = forecast;
        return { lower: title(lower), upper: title(upper), ...(point ? { prediction: title(point) } : {}) };
      }
    }
  }

  /** What to call the data: the main file without its folder, or the files that take its place. */
  #sourceName(forecast: ForecastColumns, outcome: Located | undefined): string {
    const { main } = this.#set;
    if (main !== undefined) return baseName(main.file);
    const first =
      forecast.kind === "interval" ? forecast.lower : forecast.kind === "quantiles" ? forecast : forecast.point;
    return [...new Set([first.table, outcome?.table ?? first.table])].map(({ file }) => baseName(file)).join(" + ");
  }
}

/**
 * Decides which columns hold forecasts of numbers: by flags first, then by names, where only one reading is possible.
 *
 * @param wanted the kind of forecast that is needed, if only one will do
 * @param needsOutcome whether what came is read too
 * @throws {BadInput} that lists the candidates, or the columns there are, and the flag that decides
 */
export function makeForecastPlan(
  set: TableSet,
  options: InputOptions,
  wanted: Kind | undefined,
  needsOutcome: boolean,
): Promise<ForecastPlan> {
  return new ForecastPlanner(set, options).plan(wanted, needsOutcome);
}
