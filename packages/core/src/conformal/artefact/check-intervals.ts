import { checkJsonSchema, type JsonSchema } from "../../calibration/artefact/json-schema.ts";
import { fields, kind, listOf, NUMBER, nullable, TEXT, TRUTH } from "../../calibration/artefact/schema-parts.ts";
import { InputError } from "../../errors.ts";
import type { ConformalIntervals, TwoSidedPart } from "../conformal-document.ts";
import { intervalCoverageRange } from "../intervals/covered-ranks.ts";
import { isTwoSided, readsQuantiles } from "../intervals/interval-base.ts";
import { sideLevel } from "../intervals/side-level.ts";
import { conformalRank } from "../rank.ts";
import { checkParts, checkThresholds } from "./check-parts.ts";
import { BASE, PART, TESTED, UPPER_PART, WEIGHTED_PART, WEIGHTED_UPPER_PART } from "./conformal-schema.ts";

const SIMPLE = ["split", "split-signed", "normalised", "gamma", "cqr", "cqr-asymmetric", "cqr-r", "cqr-m"];

function schemaOf(part: JsonSchema): JsonSchema {
  return fields(
    {
      ...BASE,
      task: { const: "regression" },
      interval: { anyOf: [...SIMPLE.map((name) => kind(name)), kind("predictive-system", { isNormalised: TRUTH })] },
      quantileLevels: nullable({ type: "array", items: NUMBER, minItems: 2, maxItems: 2 }),
      condition: { anyOf: [kind("none"), kind("groups", { columns: listOf(TEXT, 1) })] },
      parts: listOf(part, 1),
      residuals: nullable(listOf(NUMBER)),
    },
    TESTED,
  );
}

const ONE_SIDED = schemaOf(fields(PART, WEIGHTED_PART));
const TWO_SIDED = schemaOf(fields({ ...PART, ...UPPER_PART }, WEIGHTED_UPPER_PART));

function hasTwoSides(value: unknown): boolean {
  if (typeof value !== "object" || value === null || !("parts" in value) || !Array.isArray(value.parts)) return false;
  const [part] = value.parts;
  return typeof part === "object" && part !== null && "upperRank" in part;
}

function checkShape(value: unknown): asserts value is ConformalIntervals {
  checkJsonSchema(hasTwoSides(value) ? TWO_SIDED : ONE_SIDED, value);
}

function wrong(path: string, expected: string, got: unknown): never {
  throw new InputError("incompatible", `${path}: expected ${expected}, got ${got === undefined ? "nothing" : got}`);
}

function checkSide(path: string, name: "rank" | "upperRank", part: TwoSidedPart, side: string): void {
  const quantileName = name === "rank" ? "quantile" : "upperQuantile";
  const rank = conformalRank(part.n, side);
  if (part[name] !== rank) wrong(`${path}.${name}`, `${rank}, which follows from n and half the error`, part[name]);
  const isInfinite = rank > part.n;
  if (isInfinite !== (part[quantileName] === null))
    wrong(
      `${path}.${quantileName}`,
      isInfinite ? `null, for ${part.n} rows are too few for the level` : "a number",
      part[quantileName],
    );
}

function checkSides({ parts, interval, level, weighted }: ConformalIntervals): void {
  const twoSided = isTwoSided(interval);
  const side = sideLevel(level);
  parts.forEach((part, i) => {
    const path = `parts[${i}]`;
    if (twoSided !== "upperRank" in part)
      wrong(path, twoSided ? `a quantile for each side, as ${interval.kind} has` : "one quantile for both sides", i);
    if (!("upperRank" in part)) return;
    if (weighted) {
      if (part.upperRank !== null) wrong(`${path}.upperRank`, "null under weights", part.upperRank);
      checkThresholds(`${path}.upperWeighted`, part.upperWeighted);
      return;
    }
    checkSide(path, "rank", part, side);
    checkSide(path, "upperRank", part, side);
  });
}

function checkResiduals({ parts, interval, weighted, residuals }: ConformalIntervals): void {
  if ((interval.kind === "predictive-system" && !weighted) !== (residuals !== null))
    wrong("residuals", residuals === null ? "a list for predictive systems" : "null", residuals?.length ?? null);
  if (residuals === null) return;
  const total = parts.reduce((sum, { n }) => sum + n, 0);
  if (residuals.length !== total) wrong("residuals", `one for each of ${total} rows`, residuals.length);
  let start = 0;
  parts.forEach((part, p) => {
    for (let i = start + 1; i < start + part.n; i++)
      if (!(residuals[i] >= residuals[i - 1])) wrong(`residuals[${i}]`, `at least ${residuals[i - 1]}`, residuals[i]);
    if ("upperRank" in part && part.rank !== null && part.upperRank !== null && part.rank <= part.n) {
      const below = 0 - residuals[start + part.n - part.rank];
      const above = residuals[start + part.upperRank - 1];
      if (part.quantile !== below)
        wrong(`parts[${p}].quantile`, `${below}, which follows from residuals`, part.quantile);
      if (part.upperQuantile !== above)
        wrong(`parts[${p}].upperQuantile`, `${above}, which follows from residuals`, part.upperQuantile);
    }
    start += part.n;
  });
}

function checkLevels({ interval, quantileLevels }: ConformalIntervals): void {
  if (readsQuantiles(interval) !== (quantileLevels !== null))
    wrong("quantileLevels", quantileLevels === null ? `two levels for ${interval.kind}` : "null", quantileLevels);
  if (quantileLevels === null) return;
  const [low, high] = quantileLevels;
  if (!(low > 0 && low < high && high < 1)) wrong("quantileLevels", "two ascending in (0, 1)", `${low}, ${high}`);
}

/** Engines may differ in the last digits of a logarithm. */
const ROUNDING = 1e-9;

function isSameRange(a: ConformalIntervals["coverageRange"], b: ConformalIntervals["coverageRange"]): boolean {
  if (a === null || b === null) return a === b;
  return Math.abs(a.lower - b.lower) <= ROUNDING && Math.abs(a.upper - b.upper) <= ROUNDING;
}

function checkWhole({ parts, n, quantile, condition, interval, method, coverageRange }: ConformalIntervals): void {
  const total = parts.reduce((sum, part) => sum + part.n, 0);
  if (n !== total) wrong("n", `${total}, the rows of all parts`, n);
  const only = condition.kind === "none" ? parts[0] : undefined;
  if (quantile !== (only?.quantile ?? null)) wrong("quantile", String(only?.quantile ?? null), quantile);
  if (method !== interval.kind) wrong("method", interval.kind, method);
  const range = only === undefined ? null : intervalCoverageRange(only, interval);
  if (!isSameRange(coverageRange, range)) wrong("coverageRange", JSON.stringify(range), JSON.stringify(coverageRange));
}

/**
 * Lets a JSON value pass that is a document of prediction intervals, but for its fingerprint: ranks follow from counts and
 * level, quantiles of predictive systems from their residuals, and what is said twice agrees.
 *
 * @throws {InputError} `incompatible`, naming the path, what was expected and what came
 */
export function checkIntervals(value: unknown): asserts value is ConformalIntervals {
  checkShape(value);
  const { condition, parts, interval } = value;
  if (condition.kind === "none" && parts.length !== 1)
    throw new InputError("incompatible", `parts: expected one part for all rows, got ${parts.length}`);
  checkSides(value);
  checkParts(value, condition.kind === "none" ? 0 : condition.columns.length, !isTwoSided(interval));
  checkLevels(value);
  checkResiduals(value);
  checkWhole(value);
}
