import type { ScoreKind } from "@candor/core";
import type { Active } from "./active.ts";
import type { ClassValues, DecideRequest, Given } from "./decide-request.ts";
import type { Refused } from "./decided.ts";

/** How far a row of probabilities may be from a sum of 1, as in files. */
const SUM_TOLERANCE = 1e-3;

const shown = 10;

function listed(names: readonly string[]): string {
  return names.length > shown
    ? `${names.slice(0, shown).join(", ")} and ${names.length - shown} more`
    : names.join(", ");
}

function refuse(code: string, field: string, message: string): Refused {
  return { code, field, message };
}

const wanted: Readonly<Record<ScoreKind, string>> = {
  probability: "a score, the probability of the positive class",
  confidence: "a score, the probability of being right",
  probabilities: "probabilities, one per class",
  logits: "logits, one per class",
};

/** Whose wishes the evidence has to meet, for messages. */
function owner({ policyId, calibratorId }: Active): string {
  return policyId === null ? `the calibrator ${calibratorId}` : `the policy ${policyId}`;
}

/** Why evidence is not what the calibrator or the policy reads; null where it is. */
export function wrongKind(active: Active, { given, task }: DecideRequest): Refused | null {
  const { scoreKind, classNames } = active;
  if (task !== null && scoreKind !== null) {
    const own = scoreKind === "probability" && given.kind !== "llm" ? "binary" : "confidence";
    if (task !== own)
      return refuse("task", "task", `task must be ${own}, as ${owner(active)} says, or left out; got ${task}`);
  }
  if (scoreKind === null || given.kind === "llm") return null;
  const isSingle = scoreKind === "probability" || scoreKind === "confidence";
  if (isSingle ? given.kind === "score" : given.kind === scoreKind) return null;
  const classes = isSingle ? "" : ` (${listed(classNames)})`;
  return refuse("evidence", given.kind, `${owner(active)} reads ${wanted[scoreKind]}${classes}; got ${given.kind}`);
}

/** Why a prediction that was given beside the evidence is not wanted; null where it is. */
export function unwantedPrediction({ given, prediction }: DecideRequest): Refused | null {
  if (prediction === null || (given.kind !== "logits" && given.kind !== "probabilities")) return null;
  return refuse("prediction", "prediction", `prediction must be left out: the ${given.kind} say which class it is`);
}

/** Why a score is none; null where it is. */
export function wrongScore(score: number | null): Refused | null {
  return score === null || (score >= 0 && score <= 1)
    ? null
    : refuse("out-of-range", "score", `score must be a number in [0, 1] or null, got ${score}`);
}

/**
 * Values of classes in the order of their names.
 *
 * @param classNames empty where nothing says which classes there are
 */
export function classValues(
  kind: "logits" | "probabilities",
  given: ClassValues,
  classNames: readonly string[],
): { readonly values: readonly number[]; readonly names: readonly string[] | null } | Refused {
  const isList = isValueList(given);
  const names = classNames.length > 0 ? classNames : isList ? null : Object.keys(given);
  const values = isList ? given : valuesByName(given, names ?? []);
  if (!isList && names !== null) {
    const missing = names.filter((name) => !Object.hasOwn(given, name));
    const unknown = Object.keys(given).filter((name) => !names.includes(name));
    if (missing.length + unknown.length > 0) {
      const wrong = missing.length > 0 ? `missing: ${listed(missing)}` : `not among them: ${listed(unknown)}`;
      return refuse("classes", kind, `${kind} must have the classes ${listed(names)}; ${wrong}`);
    }
  }
  if (names !== null && values.length !== names.length)
    return refuse(
      "classes",
      kind,
      `${kind} must have ${names.length} values, for ${listed(names)}; got ${values.length}`,
    );
  if (values.length < 2) return refuse("classes", kind, `${kind} must have at least 2 values, got ${values.length}`);
  return wrongValues(kind, values) ?? { values, names };
}

function isValueList(given: ClassValues): given is readonly number[] {
  return Array.isArray(given);
}

function valuesByName(given: Readonly<Record<string, number>>, names: readonly string[]): number[] {
  return names.map((name) => given[name] ?? Number.NaN);
}

function wrongValues(kind: "logits" | "probabilities", values: readonly number[]): Refused | null {
  let sum = 0;
  for (let k = 0; k < values.length; k++) {
    const value = values[k] ?? Number.NaN;
    if (!Number.isFinite(value))
      return refuse("not-finite", `${kind}[${k}]`, `${kind} must be finite numbers, got ${value} in place ${k}`);
    if (kind === "probabilities" && !(value >= 0 && value <= 1))
      return refuse("out-of-range", `${kind}[${k}]`, `probabilities must be in [0, 1], got ${value} in place ${k}`);
    sum += value;
  }
  if (kind === "probabilities" && !(Math.abs(sum - 1) <= SUM_TOLERANCE))
    return refuse(
      "not-normalised",
      kind,
      `probabilities must sum to 1 within ${SUM_TOLERANCE}, got a sum of ${Number(sum.toPrecision(6))}`,
    );
  return null;
}

/** The value of a segment column of a request; `route` is one like any other. */
export function segmentOf({ segments, route }: DecideRequest, name: string): string | null {
  if (Object.hasOwn(segments, name)) return segments[name] ?? null;
  return name === "route" ? route : null;
}

/** Which segment is missing that the calibrator or the policy reads; null where none is. */
export function missingSegment(active: Active, request: DecideRequest): Refused | null {
  const missing = active.columns.find((name) => segmentOf(request, name) === null);
  if (missing === undefined) return null;
  const all = listed(active.columns);
  return refuse("segment", `segments.${missing}`, `${owner(active)} reads the segments ${all}; ${missing} is missing`);
}

/** Why a row is refused of which nothing says whether it is in distribution, where the policy asks; null where it is not. */
export function unsaidInside({ demand, policyId }: Active, { insidePValue }: DecideRequest): Refused | null {
  if (demand === null || insidePValue !== undefined) return null;
  return refuse(
    "in-distribution",
    "inDistribution",
    `the policy ${policyId} demands that a row is in distribution, with a p-value above ${demand.level}: inDistribution must be given, null where it is not known`,
  );
}

/** Whether evidence is a row of values of classes. */
export function isWide(given: Given): given is Extract<Given, { kind: "logits" | "probabilities" }> {
  return given.kind === "logits" || given.kind === "probabilities";
}
