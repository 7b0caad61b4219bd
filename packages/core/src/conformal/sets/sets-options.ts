import { InputError } from "../../errors.ts";
import type { ReportDocument } from "../../report/document.ts";
import type { EmptySetPolicy, SetScore } from "../conformal-document.ts";
import type { SetsData, SetsScoreKind } from "./sets-data.ts";

/** For which rows thresholds are fitted apart: all, the rows of each class, of classes with similar scores, or of groups. */
export type SetsCondition = "none" | "class" | "clusters" | { readonly groups: readonly string[] };

/** Options of `fitConformalSets`. */
export interface ConformalSetsOptions {
  /** Wanted coverage, a decimal in (0, 1). */
  readonly level: number;
  /** Nonconformity score. Default `lac`, which has the smallest sets on average. */
  readonly method?: SetScore["kind"];
  /**
   * Whether one random number per row breaks ties. Default: true for `aps`, `raps` and `saps`, whose sets are much larger
   * without; false for `top-k`. `lac` and `margin` have nothing to randomise.
   */
  readonly randomised?: boolean;
  /** Of all randomness: the numbers of the rows, and the rows set aside. Integer in [0, 2⁵³). Default 0. */
  readonly seed?: number;
  /** Of `raps`: added per rank beyond `freeRanks`, ≥ 0; `auto` chooses both on rows set aside. Default 0.01. */
  readonly penalty?: number | "auto";
  /** Of `raps`: ranks without penalty, an integer ≥ 0. Default 5; not to be given where `penalty` is `auto`. */
  readonly freeRanks?: number;
  /** Of `saps`: added per rank, ≥ 0. Default 0.2. */
  readonly weight?: number;
  /** What an empty set becomes. Default `keep`. */
  readonly emptySets?: EmptySetPolicy;
  /** Default `none`: one threshold for all rows. */
  readonly condition?: SetsCondition;
  /**
   * Of the condition `class`: rows of all classes together weigh as much as this many rows of each class, an integer ≥ 0.
   * Steadies the thresholds of classes with few rows; see `borrowedQuantiles` for what is left of the guarantee. Default 0.
   */
  readonly borrow?: number;
  /** What the scores of later rows will be. Default: what those of `data` are. */
  readonly scoreKind?: SetsScoreKind;
  /** Version of Candor, recorded in the document. */
  readonly version: string;
  readonly source: ReportDocument["source"];
  /** When it is made: ISO 8601, or null. Default null. */
  readonly created?: string | null;
  /** Rows to judge the sets on, which the fit does not see; default none. */
  readonly test?: SetsData;
}

const KINDS: readonly string[] = ["lac", "margin", "top-k", "aps", "raps", "saps"];

function checkNumber(name: string, value: number, isWhole: boolean): number {
  if (isWhole ? Number.isSafeInteger(value) && value >= 0 : value >= 0 && value < Infinity) return value;
  throw new InputError("out-of-range", `${name} must be ${isWhole ? "an integer" : "a number"} >= 0, got ${value}`);
}

function refuseForeign({ method = "lac", penalty, freeRanks, weight }: ConformalSetsOptions): void {
  const foreign = [
    ["penalty", penalty, "raps"],
    ["freeRanks", freeRanks, "raps"],
    ["weight", weight, "saps"],
  ] as const;
  for (const [name, value, owner] of foreign)
    if (value !== undefined && method !== owner)
      throw new InputError("incompatible", `${name} is an option of ${owner}, the method is ${method}`);
}

/**
 * The score that options ask for, checked.
 *
 * @returns for `penalty: "auto"` the score with its default constants, to be chosen yet
 * @throws {InputError} `unknown-option`, `incompatible`, `out-of-range`
 */
export function scoreFromOptions(options: ConformalSetsOptions): SetScore {
  const { method = "lac", penalty = 0.01, freeRanks, weight = 0.2 } = options;
  if (!KINDS.includes(method))
    throw new InputError("unknown-option", `method must be one of ${KINDS.join(", ")}, got ${method}`);
  refuseForeign(options);
  if (method === "saps") return { kind: method, weight: checkNumber("weight", weight, false) };
  if (method !== "raps") return { kind: method };
  if (penalty === "auto" && freeRanks !== undefined)
    throw new InputError("incompatible", "penalty auto chooses freeRanks as well: give both numbers or neither");
  return {
    kind: method,
    penalty: penalty === "auto" ? 0 : checkNumber("penalty", penalty, false),
    freeRanks: checkNumber("freeRanks", freeRanks ?? 5, true),
  };
}

/**
 * How many rows each class borrows, checked.
 *
 * @throws {InputError} `incompatible` without a threshold per class, or with weights; `out-of-range`
 */
export function borrowedRows({ borrow = 0, condition = "none" }: ConformalSetsOptions, isWeighted: boolean): number {
  checkNumber("borrow", borrow, true);
  if (borrow > 0 && condition !== "class")
    throw new InputError("incompatible", "borrow is an option of the condition class: there is a threshold per class");
  if (borrow > 0 && isWeighted) throw new InputError("incompatible", "borrow is for rows without weights");
  return borrow;
}

/**
 * Whether scores are randomised, by the options or by default.
 *
 * @throws {InputError} `incompatible` for scores without anything to randomise
 */
export function isRandomised({ method = "lac", randomised }: ConformalSetsOptions): boolean {
  const hasNothing = method === "lac" || method === "margin";
  if (randomised === true && hasNothing)
    throw new InputError("incompatible", `scores of ${method} do not depend on ranks: there is nothing to randomise`);
  return randomised ?? (!hasNothing && method !== "top-k");
}
