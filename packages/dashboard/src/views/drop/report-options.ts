import type { InputOptions } from "@candor/input";
import type { UrlState } from "../../state/url-state.ts";

/** Options that name a column, or several, as the flags of `candor report` do. */
export const columnOptions = [
  "score",
  "label",
  "positive",
  "probs",
  "logits",
  "confidence",
  "correct",
  "prediction",
  "sigma",
  "quantiles",
  "lower",
  "upper",
  "weight",
  "time",
] as const;

/** Options that are on or off. */
export const switches = ["normalise", "skipBad"] as const;

const tasks = ["binary", "multiclass", "confidence", "regression"] as const;

/** Every name that the form puts into the URL. */
export const optionNames: readonly string[] = [...columnOptions, ...switches, "by", "task", "interval-level", "level"];

/** A share strictly between 0 and 1, written `0.9` or `90%`; undefined for anything else. */
export function shareOf(text: string | undefined): number | undefined {
  if (text === undefined || text.trim() === "") return undefined;
  const value = /%\s*$/.test(text) ? Number.parseFloat(text) / 100 : Number(text);
  return value > 0 && value < 1 ? value : undefined;
}

/** What the URL says about the columns. */
export function optionsOf(state: UrlState): { readonly options: InputOptions; readonly level: number } {
  const named = Object.fromEntries(columnOptions.flatMap((name) => (state[name] ? [[name, state[name]]] : [])));
  const task = tasks.find((one) => one === state["task"]);
  const by = (state["by"] ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  const intervalLevel = shareOf(state["interval-level"]);
  const options: InputOptions = {
    ...named,
    ...(task === undefined ? {} : { task }),
    ...(by.length === 0 ? {} : { by }),
    ...(intervalLevel === undefined ? {} : { intervalLevel }),
    ...(state["normalise"] ? { normalise: true } : {}),
    ...(state["skipBad"] ? { skipBad: true } : {}),
  };
  return { options, level: shareOf(state["level"]) ?? 0.95 };
}
