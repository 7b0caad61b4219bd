import { bettingLower } from "../risk-control/bounds/betting-lower.ts";
import { regularizedBetaInverse } from "../special/regularized-beta.ts";
import type { RiskCertificate } from "./policy.ts";
import type { VerificationAnswer } from "./verification.ts";
import { aboutText, countText, listed, percent, percentGiven } from "./words.ts";

/** Rows acted on, and errors among them. */
export interface ActedRows {
  readonly accepted: number;
  readonly errors: number;
  /** Of rows that weigh differently: the rows acted on, and the largest weight of all. */
  readonly weighing?: { readonly right: Uint8Array; readonly weights: Float64Array; readonly largest: number };
}

/** Clopper–Pearson bounds, or by betting of rows that weigh differently, each of which holds with probability `sure` by itself. */
export function oneSided({ errors, accepted, weighing }: ActedRows, sure: number): { lower: number; upper: number } {
  if (weighing !== undefined) {
    const { right, weights, largest } = weighing;
    const share = (hit: 0 | 1) => bettingLower(right, weights, hit, { largest, failure: 1 - sure });
    return { lower: share(0), upper: 1 - share(1) };
  }
  return {
    lower: errors === 0 ? 0 : regularizedBetaInverse(1 - sure, errors, accepted - errors + 1),
    upper: errors === accepted ? 1 : regularizedBetaInverse(sure, errors + 1, accepted - errors),
  };
}

/** What was promised, and how surely. */
interface Promised {
  readonly maxError: number;
  readonly sure: number;
}

function answer(status: VerificationAnswer["status"], sentence: string, moreRows: number | null = null) {
  return { status, sentence, moreRows };
}

function seenText({ accepted, errors, weighing }: ActedRows): string {
  const share = weighing === undefined ? percent(errors / accepted) : `${percent(weightedErrors(weighing))} by weight`;
  return `${countText(errors)} of ${countText(accepted)} rows acted on are wrong (${share})`;
}

function weightedErrors({ right, weights }: NonNullable<ActedRows["weighing"]>): number {
  let wrong = 0;
  let total = 0;
  weights.forEach((weight, i) => {
    total += weight;
    wrong += weight * (1 - right[i]);
  });
  return wrong / total;
}

/**
 * Whether rows keep a certified bound: broken where a lower bound exceeds it, holds where the upper bounds do not. Of
 * thresholds per segment the bound was promised in each: it is broken where it is in any one (the failure is shared by all
 * segments and their sum), and holds where it does in each that is acted on.
 *
 * @param rows all rows, acted on or not
 * @param segments rows acted on in each segment; empty where one threshold is for all
 */
export function answerOfRisk(
  certificate: RiskCertificate | null,
  { maxError, sure }: Promised,
  rows: number,
  acted: ActedRows,
  segments: readonly (ActedRows & { readonly name: string })[],
): VerificationAnswer {
  const bound = `at most ${percentGiven(maxError)}`;
  if (certificate === null || !certificate.certified)
    return answer("not-shown", `Not certified: the policy acts on no row, ${bound} wrong was not shown.`);
  if (acted.accepted === 0)
    return answer("not-shown", "The policy acts on none of these rows, so they tell nothing of its errors.");
  const parts = segments.filter(({ accepted }) => accepted > 0);
  const isParted = parts.length > 1;
  const surer = isParted ? 1 - (1 - sure) / (parts.length + 1) : sure;
  const isBroken = (part: ActedRows): boolean => oneSided(part, surer).lower > maxError;
  const brokenPart = isParted ? parts.find(isBroken) : undefined;
  if (brokenPart !== undefined || isBroken(acted)) {
    const broken = brokenPart ?? acted;
    return answer(
      "broken",
      `Broken${brokenPart ? ` in ${brokenPart.name}` : ""}: ${seenText(broken)}, at least ${percent(oneSided(broken, surer).lower)} with ${isParted ? percent(surer) : percentGiven(sure)} certainty where ${bound} was certified.`,
    );
  }
  const open = (isParted ? parts : [acted]).filter((part) => oneSided(part, sure).upper > maxError);
  if (open.length === 0)
    return answer(
      "holds",
      `Holds on these rows${isParted ? ` in each of ${countText(parts.length)} segments` : ""}: ${seenText(acted)}, at most ${percent(oneSided(acted, sure).upper)} with ${percentGiven(sure)} certainty.`,
    );
  const isWeighed = acted.weighing !== undefined;
  const missing = isWeighed ? [null] : open.map((part) => rowsThatTell(part, { maxError, sure: surer }, rows));
  const moreRows = missing.reduce((most, more) => (most === null || more === null ? null : Math.max(most, more)), 0);
  const more =
    moreRows === null
      ? isWeighed
        ? "it takes more rows, and how many cannot be told of rows that weigh differently"
        : "no number of rows tells at such an error rate"
      : `about ${aboutText(moreRows)} more rows with this share of errors would tell`;
  const names = isParted ? parts.filter((part) => open.includes(part)).map(({ name }) => name) : [];
  const of =
    names.length === 0 ? "" : ` of ${names.length > 3 ? `${countText(names.length)} segments` : listed(names)}`;
  const seen = names.length === 1 ? seenText(open[0]) : seenText(acted);
  return answer(
    "not-shown",
    `These rows do not tell${of}: ${seen}, ${bound} is neither shown nor refuted; ${more}.`,
    moreRows,
  );
}

/** Rows beyond these, acted on as often, that show or refute the bound; null where no number does. */
function rowsThatTell({ errors, accepted }: ActedRows, { maxError, sure }: Promised, rows: number): number | null {
  const needed = acceptedThatTell(errors / accepted, maxError, sure, accepted);
  return needed === null ? null : Math.ceil(((needed - accepted) * rows) / accepted);
}

/** No search goes beyond this many rows. */
const MOST_ROWS = 1e9;

/** The fewest rows acted on that show, or refute, the bound at a given error rate. */
function acceptedThatTell(rate: number, maxError: number, sure: number, from: number): number | null {
  if (rate === maxError) return null;
  const tells = (n: number): boolean => {
    const { lower, upper } = oneSided(
      { errors: rate < maxError ? Math.ceil(rate * n) : Math.floor(rate * n), accepted: n },
      sure,
    );
    return rate < maxError ? upper <= maxError : lower > maxError;
  };
  let high = from;
  while (!tells(high)) {
    if (high > MOST_ROWS) return null;
    high *= 2;
  }
  let low = from;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (tells(middle)) high = middle;
    else low = middle;
  }
  return high;
}
