import { decisionNames, type Matrix, type SegmentColumn } from "@candor/core";
import type { SpineTask } from "../store/events.ts";
import type { Active } from "./active.ts";
import { type AppliedRows, applyActive, decideWithout, intervalReason, rawOfClasses } from "./apply-active.ts";
import { assessGiven } from "./assess-given.ts";
import type { ProjectServing } from "./create-serving.ts";
import type { DecideRequest } from "./decide-request.ts";
import type { DecideResult, Refused } from "./decided.ts";
import {
  classValues,
  isWide,
  missingSegment,
  segmentOf,
  unsaidInside,
  unwantedPrediction,
  wrongKind,
  wrongScore,
} from "./read-given.ts";
import { type Outcome, sayWhy } from "./say-why.ts";

/** A row whose numbers were checked. */
interface Row {
  readonly at: number;
  readonly request: DecideRequest;
  readonly values: readonly number[];
  readonly names: readonly string[] | null;
}

function taskOf({ scoreKind }: Active, { given, task }: DecideRequest): SpineTask {
  if (given.kind === "llm" || isWide(given)) return "confidence";
  if (scoreKind === null) return task ?? "confidence";
  return scoreKind === "probability" ? "binary" : "confidence";
}

function segmentColumns(columns: readonly string[], rows: readonly DecideRequest[]): SegmentColumn[] {
  return columns.map((name) => {
    const places = new Map<string, number>();
    const codes = new Int32Array(rows.length);
    rows.forEach((request, i) => {
      const value = segmentOf(request, name) ?? "";
      const code = places.get(value) ?? places.size;
      places.set(value, code);
      codes[i] = code;
    });
    return { name, codes, values: [...places.keys()] };
  });
}

function finish(active: Active, request: DecideRequest, outcome: Outcome): DecideResult {
  const { rawConfidence, probability, interval, intervalReason: covers, prediction, treatAs } = outcome;
  const { insidePValue: pValue } = request;
  const said = sayWhy(active, outcome, pValue ?? null);
  const task = taskOf(active, request);
  return {
    decided: {
      task,
      probability,
      interval,
      intervalReason: probability === null ? "There is no probability." : covers,
      ...said,
      calibratorId: active.calibratorId,
      policyId: active.policyId,
      rawConfidence,
      prediction,
      comparedWith: task === "binary" ? (active.classNames[1] ?? request.prediction) : prediction,
      treatAs: said.decision === "act" ? treatAs : null,
      evidence: pValue === undefined ? outcome.evidence : { ...outcome.evidence, inDistribution: pValue },
    },
  };
}

function refusal(refused: Refused): DecideResult {
  return { refused };
}

const unsaid = { treatAs: null, interval: null, evidence: null } as const;

function decideLlm(active: Active, request: DecideRequest): DecideResult {
  if (request.given.kind !== "llm") throw new TypeError("this is no answer of a language model");
  const assessed = assessGiven(active, request, request.given.llm);
  if ("code" in assessed) return refusal(assessed);
  return finish(active, request, { ...assessed, prediction: request.prediction, treatAs: null });
}

function decideMissing(active: Active, request: DecideRequest): DecideResult {
  const { byScore, columns } = active;
  return finish(active, request, {
    ...unsaid,
    probability: null,
    intervalReason: "",
    decision: byScore === null ? null : decideWithout(byScore, segmentColumns(columns, [request])),
    rawConfidence: null,
    prediction: request.prediction,
    missing: "The score is missing.",
  });
}

/** A row of numbers where nothing is active: what it says itself is kept, and nothing is made of it. */
function keepRaw(active: Active, { request, values, names }: Row): DecideResult {
  const shared = { ...unsaid, probability: null, intervalReason: "", decision: null, missing: null };
  if (!isWide(request.given))
    return finish(active, request, { ...shared, rawConfidence: values[0] ?? null, prediction: request.prediction });
  const raw = rawOfClasses(request.given.kind, matrixOf([{ values }]));
  const top = raw.predictions[0] ?? 0;
  return finish(active, request, {
    ...shared,
    rawConfidence: raw.confidences[0] ?? null,
    prediction: names?.[top] ?? String(top),
    evidence: { classes: values.length, margin: raw.margins[0] ?? null },
  });
}

function matrixOf(rows: readonly Pick<Row, "values">[]): Matrix {
  const cols = rows[0]?.values.length ?? 0;
  const data = new Float64Array(rows.length * cols);
  rows.forEach(({ values }, i) => {
    data.set(values, i * cols);
  });
  return { data, rows: rows.length, cols };
}

function outcomeOf(
  active: Active,
  row: Row,
  i: number,
  applied: AppliedRows,
  raw: ReturnType<typeof rawOfClasses> | null,
): Outcome {
  const { confidences, predictions, codes, treatedAs, lower, upper } = applied;
  const { request, values } = row;
  const { classNames } = active;
  const probability = confidences[i] ?? null;
  const treated = treatedAs?.[i] ?? -1;
  const likelier = classNames.length === 2 ? classNames[probability !== null && probability >= 0.5 ? 1 : 0] : undefined;
  const own = predictions === null ? (request.prediction ?? likelier) : classNames[predictions[i] ?? -1];
  return {
    probability,
    interval: lower === null || upper === null ? null : [lower[i] ?? 0, upper[i] ?? 1],
    intervalReason: intervalReason(active),
    decision: codes === null ? null : (decisionNames[codes[i] ?? 1] ?? "review"),
    rawConfidence: raw === null ? (values[0] ?? null) : (raw.confidences[i] ?? null),
    prediction: own ?? null,
    treatAs: active.policy?.classNames[treated] ?? null,
    evidence: raw === null ? null : { classes: values.length, margin: raw.margins[i] ?? null },
    missing: null,
  };
}

function decideRows(active: Active, rows: readonly Row[], results: DecideResult[]): void {
  const first = rows[0];
  if (first === undefined) return;
  if (active.scoreKind === null) {
    for (const row of rows) results[row.at] = keepRaw(active, row);
    return;
  }
  const values = matrixOf(rows);
  const requests = rows.map(({ request }) => request);
  const applied = applyActive(active, values, segmentColumns(active.columns, requests));
  const raw = isWide(first.request.given) ? rawOfClasses(first.request.given.kind, values) : null;
  rows.forEach((row, i) => {
    results[row.at] = finish(active, row.request, outcomeOf(active, row, i, applied, raw));
  });
}

/** A result where the row is decided or refused by itself, else the numbers that go with those of other rows. */
function prepare(active: Active, request: DecideRequest, at: number): DecideResult | Row {
  const wrong =
    wrongKind(active, request) ??
    unwantedPrediction(request) ??
    missingSegment(active, request) ??
    unsaidInside(active, request);
  if (wrong !== null) return refusal(wrong);
  const { given } = request;
  if (given.kind === "llm") return decideLlm(active, request);
  if (given.kind === "score") {
    const wrongNumber = wrongScore(given.score);
    if (wrongNumber !== null) return refusal(wrongNumber);
    return given.score === null ? decideMissing(active, request) : { at, request, values: [given.score], names: null };
  }
  const row = classValues(given.kind, given.values, active.classNames);
  return "code" in row ? refusal(row) : { at, request, ...row };
}

/**
 * How sure each prediction is and what to do with it, under what is active in its project. Rows under the same
 * calibrator and policy are decided in one go.
 *
 * @returns one entry per request, in their order; a request that cannot be decided says why and leaves the others alone
 * @throws {StoreError} `damaged` for an artefact that is not what was uploaded
 */
export function decideBatch(requests: readonly DecideRequest[], serving: ProjectServing): DecideResult[] {
  const results: DecideResult[] = new Array(requests.length);
  const together = new Map<Active, Row[]>();
  requests.forEach((request, at) => {
    const active = serving.active(request.model, request.version, request.route);
    const prepared = prepare(active, request, at);
    if (!("at" in prepared)) {
      results[at] = prepared;
      return;
    }
    const rows = together.get(active);
    if (rows === undefined) together.set(active, [prepared]);
    else rows.push(prepared);
  });
  for (const [active, rows] of together) decideRows(active, rows, results);
  return results;
}

/** `decideBatch` of one request. */
export function decideOne(request: DecideRequest, serving: ProjectServing): DecideResult {
  const active = serving.active(request.model, request.version, request.route);
  const prepared = prepare(active, request, 0);
  if (!("at" in prepared)) return prepared;
  const results: DecideResult[] = [];
  decideRows(active, [prepared], results);
  return results[0] ?? refusal({ code: "evidence", field: "", message: "there is nothing to decide" });
}
