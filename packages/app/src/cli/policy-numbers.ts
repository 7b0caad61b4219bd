import { InvalidArgumentError } from "commander";

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** A decimal number; undefined for anything else. */
export function decimalOf(text: string): number | undefined {
  const trimmed = text.trim();
  return NUMBER.test(trimmed) ? Number(trimmed) : undefined;
}

/**
 * A share: a number in [0, 1] such as `0.02`, or a percentage such as `2%`.
 *
 * @returns the share; undefined where the text is none
 */
export function shareOf(text: string): number | undefined {
  const trimmed = text.trim();
  const isPercent = trimmed.endsWith("%");
  const value = decimalOf(isPercent ? trimmed.slice(0, -1) : trimmed);
  if (value === undefined) return undefined;
  const share = isPercent ? Number((value / 100).toPrecision(15)) : value;
  return share >= 0 && share <= 1 ? share : undefined;
}

/** Where a share has to lie: both ends are allowed, none, or only that of all. */
export type ShareRange = "closed" | "open" | "positive";

/** Reads a share; a number that was meant as a percentage gets a hint. */
export function parseShare(range: ShareRange, example: string): (text: string) => number {
  return (text) => {
    const share = shareOf(text);
    const isInside = share !== undefined && (range === "closed" || (share > 0 && (range === "positive" || share < 1)));
    if (isInside) return share;
    const number = decimalOf(text);
    const isMeant = number !== undefined && number >= 1 && number <= 100 && !text.includes("%");
    const meant = isMeant && !(number === 1 && range !== "open") ? ` (did you mean ${text.trim()}%?)` : "";
    throw new InvalidArgumentError(
      `expected a share ${range === "open" ? "between" : "from"} 0 ${range === "open" ? "and" : "to"} 1 such as ${example}, or ${Number((100 * Number(example)).toPrecision(12))}%${meant}`,
    );
  };
}

/** Reads a number ≥ 0. */
export function parseCost(text: string): number {
  const value = decimalOf(text);
  if (value === undefined || !(value >= 0 && value < Infinity))
    throw new InvalidArgumentError("expected a number from 0 on, such as 2.5");
  return value;
}

/** Reads a number > 0. */
export function parsePositive(example: string): (text: string) => number {
  return (text) => {
    const value = decimalOf(text);
    if (value === undefined || !(value > 0 && value < Infinity))
      throw new InvalidArgumentError(`expected a number above 0, such as ${example}`);
    return value;
  };
}

/** Reads one threshold, or that to act and that to abstain: `0.8` or `0.8,0.3`. */
export function parseThresholds(text: string): readonly [act: number, abstain: number | undefined] {
  const [act, abstain, ...more] = text.split(",").map(shareOf);
  const isPair = more.length === 0 && act !== undefined && (abstain !== undefined || !text.includes(","));
  if (!isPair || (abstain !== undefined && abstain > act))
    throw new InvalidArgumentError("expected a threshold such as 0.8, or two, to act and to abstain, such as 0.8,0.3");
  return [act, abstain];
}

/** Reads thresholds set by hand, in any order: that to act, or those to abstain and to act. */
export function parseByHand(text: string): readonly number[] {
  const shares = text.split(",").map(shareOf);
  const given = shares.filter((share) => share !== undefined);
  if (given.length !== shares.length || given.length > 2)
    throw new InvalidArgumentError(
      "expected a threshold to act from such as 0.85, or two, to abstain below and to act from, such as 0.4,0.85",
    );
  return given.toSorted((a, b) => a - b);
}
