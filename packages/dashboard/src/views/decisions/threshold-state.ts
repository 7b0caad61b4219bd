import { type Costs, snapThresholds, type Thresholds, thresholdStops } from "@candor/core";
import type { Decisions } from "../../api/api-types.ts";
import type { UrlChanges, UrlState } from "../../state/url-state.ts";

/** Where thresholds of a page can be set. */
export interface ThresholdScale {
  /** Lowest score there is; the highest is 1. */
  readonly from: number;
  /** What thresholds snap to, ascending. */
  readonly stops: readonly number[];
}

/** The scale of the scores of a model version. */
export function scaleOf({ task, cells: { on } }: Pick<Decisions, "task" | "cells">): ThresholdScale {
  const from = task === "binary" && on === "confidence" ? 0.5 : 0;
  const isFine = on === "positive";
  return { from, stops: thresholdStops.filter((stop) => stop >= from && (isFine || stop === 0 || stop >= 1 / 240)) };
}

/** A threshold in percent, with as many digits as tell it from its neighbours. */
export function thresholdText(value: number): string {
  const distance = Math.min(value, 1 - value);
  const digits = distance > 0 && distance < 1 / 240 ? Math.ceil(-Math.log10(distance)) : 1;
  return `${Number((100 * value).toFixed(Math.min(10, digits)))}\u202f%`;
}

/** A threshold in words; null is never. */
export function thresholdWords(name: keyof Thresholds, value: number | null): string {
  if (value === null || value > 1) return name === "act" || value === null ? `never ${name}` : "abstain always";
  return name === "act" ? `act from ${thresholdText(value)}` : `abstain below ${thresholdText(value)}`;
}

/** A threshold as short as it can be in a link, and still the same stop. */
function shortest(value: number): string {
  for (let digits = 2; digits < 15; digits++) {
    const text = String(Number(value.toPrecision(digits)));
    if (snapThresholds({ act: Number(text), abstain: null }).act === value) return text;
  }
  return String(value);
}

/** Thresholds as the URL says them. */
export function thresholdChanges({ act, abstain }: Thresholds): UrlChanges {
  return { act: act === null ? "never" : shortest(act), abstain: abstain === null ? "never" : shortest(abstain) };
}

function readThreshold(text: string | undefined, otherwise: number | null): number | null {
  if (text === undefined || text === "") return otherwise;
  const value = Number(text);
  return text === "never" || !(value >= 0 && value <= 1) ? null : value;
}

/** Thresholds at stops of the scale, the one to abstain not above the one to act. */
export function fitted({ act, abstain }: Thresholds, { from }: ThresholdScale): Thresholds {
  const inside = (value: number | null): number | null => (value === null || value > 1 ? null : Math.max(from, value));
  const snapped = snapThresholds({ act: inside(act), abstain: inside(abstain) });
  const until = snapped.abstain !== null && snapped.abstain <= from ? null : snapped.abstain;
  return { act: snapped.act, abstain: until === null ? null : Math.min(until, snapped.act ?? 1) };
}

/** What is proposed: what the URL says, else what decides now, else to act from 90 % and review the rest. */
export function proposedOf(state: UrlState, now: Thresholds | null, scale: ThresholdScale): Thresholds {
  const start = now ?? { act: 0.9, abstain: null };
  return fitted(
    { act: readThreshold(state["act"], start.act), abstain: readThreshold(state["abstain"], start.abstain) },
    scale,
  );
}

/** Fields of the costs, with their names in the URL. */
export const costFields = [
  { field: "error", name: "costWrong", label: "Acting on a wrong one" },
  { field: "review", name: "costReview", label: "A review" },
  { field: "abstain", name: "costAbstain", label: "Doing nothing" },
  { field: "missed", name: "costMissed", label: "Extra, where it was right" },
] as const;

function amount(text: string | undefined): number | null {
  if (text === undefined || text.trim() === "") return null;
  const value = Number(text);
  return value >= 0 && value <= 1e12 ? value : null;
}

/** The costs: of the URL, else of the policy in effect; null where nothing says what a wrong one costs. */
export function costsOf(state: UrlState, own: Costs | null): Costs | null {
  const given = costFields.some(({ name }) => state[name] !== undefined);
  if (!given) return own;
  const error = amount(state["costWrong"]);
  const [review, abstain, missed] = [state["costReview"], state["costAbstain"], state["costMissed"]].map(amount);
  if (error === null || ((review ?? null) === null && (abstain ?? null) === null)) return null;
  const isLeft = (abstain ?? null) !== null;
  return {
    error,
    review: review ?? null,
    abstain: abstain ?? null,
    missed: isLeft ? (missed ?? 0) : 0,
    reviewError: own?.reviewError ?? 0,
  };
}

/** Reviews that people can do a day: of the URL, else of the policy in effect. */
export function capacityOf(state: UrlState, { capacity }: Decisions["inEffect"]): number | null {
  if (state["capacity"] !== undefined) return amount(state["capacity"]);
  return capacity?.period === "day" ? capacity.reviews : null;
}
