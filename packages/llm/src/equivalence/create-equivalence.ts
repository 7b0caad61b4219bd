import { InputError } from "@candor/core";
import { type AnswerValue, answerValue, type Reading } from "./answer-value.ts";
import type { Equivalence, EquivalenceKind, EquivalenceOptions } from "./equivalence.ts";
import { decimal, type Rational } from "./rational.ts";
import { currencyOf } from "./read-money.ts";
import { sameValue, valueKey } from "./same-value.ts";
import { unitOf } from "./units.ts";

const KINDS: readonly EquivalenceKind[] = [
  "auto",
  "number",
  "date",
  "money",
  "list",
  "set",
  "code",
  "text",
  "json",
  "custom",
];

/** Answers whose reading is kept; the same few answers are compared again and again. */
const KEPT = 512;

function toleranceOf(name: string, value: number): Rational {
  const exact = Number.isFinite(value) && value >= 0 ? decimal(`${value}`) : null;
  if (exact === null) throw new InputError("out-of-range", `${name} must be a finite number ≥ 0, got ${value}`);
  return exact;
}

function customEquivalence({ equal, key }: EquivalenceOptions): Equivalence {
  if ((equal === undefined) === (key === undefined))
    throw new InputError("incompatible", "kind custom needs either equal or key, and not both");
  if (key !== undefined)
    return { isAsync: false, kind: "custom", isTransitive: true, equal: (a, b) => key(a) === key(b), key };
  return {
    isAsync: false,
    kind: "custom",
    isTransitive: false,
    equal: (a, b) => a === b || (equal?.(a, b) === true && equal(b, a) === true),
    key: () => null,
  };
}

/**
 * When two answers are the same, without a model.
 *
 * Numbers are compared as exact fractions: `1,000`, `1e3`, `one thousand` and `1000.0` are one number, `50 %` is `1/2`, `5 km` is
 * `5000 m`; `5 km`, `$5`, `5 apples` and `5` are four different answers unless `assume` says what a bare 5 is. `auto` reads each
 * answer as the first of JSON object, fenced code, money, date, number, list and text that fits, so that answers of different
 * kinds are never equal. An answer that is not of the kind asked for is read as in `auto`.
 *
 * A tolerance makes the relation intransitive; `clusterAnswers` still makes a partition of it.
 *
 * @throws {InputError} `unknown-option` for a kind or a unit that does not exist; `out-of-range` for a tolerance; `incompatible`
 * for `custom` without exactly one of `equal` and `key`, and for these with another kind
 */
export function createEquivalence(options: EquivalenceOptions = {}): Equivalence {
  const { kind = "auto", relativeTolerance = 0, absoluteTolerance = 0, assume } = options;
  if (!KINDS.includes(kind))
    throw new InputError("unknown-option", `kind must be one of ${KINDS.join(", ")}, got ${kind}`);
  const relative = toleranceOf("relativeTolerance", relativeTolerance);
  const absolute = toleranceOf("absoluteTolerance", absoluteTolerance);
  if (kind === "custom") return customEquivalence(options);
  if (options.equal !== undefined || options.key !== undefined)
    throw new InputError("incompatible", `equal and key are for kind custom, got kind ${kind}`);
  const dollar = options.dollar ?? "USD";
  if (assume !== undefined && unitOf(assume) === null && currencyOf(assume, { dollar, pounds: true }) === null)
    throw new InputError("unknown-option", `assume must be a known unit or currency, got ${assume}`);
  const reading: Reading = {
    kind,
    extract: options.extract ?? true,
    decimal: options.decimal ?? "point",
    assume: assume ?? null,
    dollar,
    dateOrder: options.dateOrder ?? "unknown",
    caseSensitive: options.caseSensitive ?? false,
    elements: options.elements ?? "auto",
    language: options.language ?? null,
  };
  const kept = new Map<string, AnswerValue>();
  const read = (answer: string): AnswerValue => {
    const known = kept.get(answer);
    if (known !== undefined) return known;
    const value = answerValue(answer, reading);
    if (kept.size >= KEPT) kept.clear();
    kept.set(answer, value);
    return value;
  };
  const isTransitive = relative.num === 0n && absolute.num === 0n;
  return {
    isAsync: false,
    kind,
    isTransitive,
    equal: (a, b) => a === b || sameValue(read(a), read(b), { relative, absolute }),
    key: (answer) => (isTransitive ? valueKey(read(answer)) : null),
  };
}
