import {
  type ConfidencePredictions,
  certifySelectiveRisk,
  fixedSequenceSelection,
  makePolicy,
  type PolicyDocument,
  type Random,
  selectionWithGuaranteedRisk,
  verifyPolicy,
} from "@candor/core";
import { type Family, type Guarantee, levelOf } from "./guarantee.ts";

/** Allowed share of errors among accepted rows, here and in every population. */
const MAX_ERROR = 0.1;

/** Confidences in steps, as a language model states them, or uniform between edges; error rates are constant in each part. */
interface Population {
  readonly name: string;
  /** Confidences from `from` (inclusive) up to the part above; a single value where `isPoint`. */
  readonly parts: readonly { readonly from: number; readonly mass: number; readonly error: number }[];
  readonly isPoint: boolean;
}

const populations: readonly Population[] = [
  {
    name: "errors grow as confidence falls",
    isPoint: false,
    parts: Array.from({ length: 50 }, (_, i) => ({
      from: 1 - (i + 1) / 50,
      mass: 1 / 50,
      error: (0.4 * (i + 0.5)) / 50,
    })),
  },
  {
    name: "six stated confidences",
    isPoint: true,
    parts: [
      { from: 1, mass: 0.1, error: 0.09 },
      { from: 0.99, mass: 0.15, error: 0.12 },
      { from: 0.95, mass: 0.3, error: 0.05 },
      { from: 0.9, mass: 0.25, error: 0.22 },
      { from: 0.8, mass: 0.15, error: 0.3 },
      { from: 0.5, mass: 0.05, error: 0.5 },
    ],
  },
  {
    name: "the surest rows are often wrong",
    isPoint: false,
    parts: [
      { from: 0.97, mass: 0.03, error: 0.4 },
      { from: 0.5, mass: 0.47, error: 0.04 },
      { from: 0, mass: 0.5, error: 0.3 },
    ],
  },
  {
    name: "risks that cross the limit three times",
    isPoint: false,
    parts: [
      { from: 0.9, mass: 0.1, error: 0.08 },
      { from: 0.8, mass: 0.1, error: 0.18 },
      { from: 0.5, mass: 0.3, error: 0.06 },
      { from: 0.4, mass: 0.1, error: 0.5 },
      { from: 0, mass: 0.4, error: 0.04 },
    ],
  },
  { name: "just above the limit everywhere", isPoint: false, parts: [{ from: 0, mass: 1, error: MAX_ERROR * 1.0001 }] },
];

interface Rows {
  readonly confidence: Float64Array;
  readonly correct: Uint8Array;
}

function drawRows({ parts, isPoint }: Population, n: number, random: Random): Rows {
  const confidence = new Float64Array(n);
  const correct = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    let u = random.uniform();
    let part = 0;
    while (part < parts.length - 1 && u >= parts[part].mass) u -= parts[part++].mass;
    const top = part === 0 ? 1 : parts[part - 1].from;
    const { from, error } = parts[part];
    confidence[i] = isPoint ? from : from + (top - from) * random.uniform();
    correct[i] = random.uniform() < error ? 0 : 1;
  }
  return { confidence, correct };
}

/** The error rate of the population among confidences of at least the threshold; its limit where there are none. */
function riskFrom({ parts, isPoint }: Population, threshold: number): number {
  let mass = 0;
  let errors = 0;
  parts.forEach((part, k) => {
    const top = k === 0 ? 1 : parts[k - 1].from;
    const share = isPoint ? Number(part.from >= threshold) : (top - Math.max(part.from, threshold)) / (top - part.from);
    mass += part.mass * Math.max(0, Math.min(1, share));
    errors += part.mass * Math.max(0, Math.min(1, share)) * part.error;
  });
  return mass > 0 ? errors / mass : parts[0].error;
}

function breaks(population: Population, threshold: number | null): boolean {
  return threshold !== null && riskFrom(population, threshold) > MAX_ERROR;
}

interface Procedure {
  readonly name: string;
  readonly source: string;
  /** Microseconds per row. */
  readonly perRow: number;
  threshold(rows: Rows, failure: number, seed: number): number | null;
}

const wrong = ({ correct }: Rows): Uint8Array => correct.map((value) => 1 - value);

const procedures: readonly Procedure[] = [
  {
    name: "certified selective risk",
    source: "certifySelectiveRisk",
    perRow: 2,
    threshold: (rows, failure, seed) =>
      certifySelectiveRisk(rows.confidence, rows.correct, { maxError: MAX_ERROR, sure: levelOf(failure), seed })
        .threshold,
  },
  {
    name: "SGR",
    source: "selectionWithGuaranteedRisk",
    perRow: 0.35,
    threshold: (rows, failure) =>
      selectionWithGuaranteedRisk(rows.confidence, wrong(rows), { maxError: MAX_ERROR, failure }).threshold,
  },
  {
    name: "fixed sequence, label-free start",
    source: "fixedSequenceSelection, label-free",
    perRow: 0.35,
    threshold: (rows, failure) =>
      fixedSequenceSelection(rows.confidence, wrong(rows), { maxError: MAX_ERROR, failure }).threshold,
  },
  {
    name: "fixed sequence, strictest start",
    source: "fixedSequenceSelection, strictest",
    perRow: 0.35,
    threshold: (rows, failure) =>
      fixedSequenceSelection(rows.confidence, wrong(rows), { maxError: MAX_ERROR, failure, start: "strictest" })
        .threshold,
  },
];

const guarantee = (procedure: Procedure, population: Population): Guarantee => ({
  name: `${procedure.name}: ${population.name}`,
  source: procedure.source,
  event: "a threshold above which more than 10 % of the population is wrong",
  promise: "at most",
  cost: (n) => (procedure.perRow > 1 ? 2000 : 60) + procedure.perRow * n,
  draw(n, random) {
    const rows = drawRows(population, n, random);
    const seed = random.integer(2 ** 53);
    return (failure) => breaks(population, procedure.threshold(rows, failure, seed));
  },
});

const source = { name: "simulated", rows: 0, skipped: [], columns: {}, approximate: false, notes: [] };
const SEGMENTS: readonly string[] = ["a", "b", "c"];
const flat = populations[populations.length - 1];
const growing = populations[0];
/** What the rows of each segment are drawn from. */
const mixed: readonly Population[] = [flat, growing, flat];

function predictionsOf(n: number, random: Random, of: readonly Population[]): ConfidencePredictions {
  const codes = Int32Array.from({ length: n }, () => random.integer(of.length));
  const rows = Array.from(codes, (code) => drawRows(of[code], 1, random));
  return {
    task: "confidence",
    rows: n,
    confidences: Float64Array.from(rows, ({ confidence }) => confidence[0]),
    correct: Uint8Array.from(rows, ({ correct }) => correct[0]),
    segments: [{ name: "segment", codes, values: SEGMENTS }],
    classNames: [],
  };
}

function policyOf(
  rows: ConfidencePredictions,
  failure: number,
  choices: { readonly seed: number; readonly perSegment: boolean },
): PolicyDocument {
  const objective = { kind: "risk", maxError: MAX_ERROR, sure: levelOf(failure), minCoverage: null } as const;
  return makePolicy(rows, { version: "0.0.0", source, objective, ...choices });
}

const policies: readonly Guarantee[] = [
  {
    name: "policy per segment: any of three segments",
    source: "makePolicy, risk with perSegment",
    event: "a segment acted on above a threshold where it is wrong more often than 10 %",
    promise: "at most",
    sizes: [100, 1000, 10_000],
    cost: (n) => 30_000 + 12 * n,
    draw(n, random) {
      const rows = predictionsOf(n, random, mixed);
      const seed = random.integer(2 ** 53);
      return (failure) => {
        const { rule } = policyOf(rows, failure, { seed, perSegment: true });
        if (rule.kind !== "threshold-per-segment") return false;
        return rule.segments.some(({ values, thresholds }) =>
          breaks(mixed[SEGMENTS.indexOf(values[0])], thresholds.act),
        );
      };
    },
  },
  {
    name: "certificates of segments beside a policy of all: any of three",
    source: "makePolicy, risk: perSegment[].certificate",
    event: "a certified segment that is wrong more often than 10 % above its threshold",
    promise: "at most",
    sizes: [100, 1000, 10_000],
    cost: (n) => 30_000 + 12 * n,
    draw(n, random) {
      const rows = predictionsOf(n, random, [flat, flat, flat]);
      const seed = random.integer(2 ** 53);
      return (failure) =>
        policyOf(rows, failure, { seed, perSegment: false }).perSegment.some(
          ({ certificate }) => certificate?.certified === true && breaks(flat, certificate.threshold),
        );
    },
  },
];

/** A policy that acts on every row of at least half confidence, judged on rows whose error there is just at the limit. */
const verdict = (status: "broken" | "holds"): Guarantee => ({
  name: `a verification that says “${status}” of a policy that is ${status === "broken" ? "at" : "just above"} the limit`,
  source: "verifyPolicy",
  event: `the answer “${status}”`,
  promise: "at most",
  sizes: [100, 1000, 10_000],
  cost: (n) => 40_000 + 3 * n,
  draw(n, random) {
    const error = status === "broken" ? MAX_ERROR : MAX_ERROR * 1.0001;
    const limit: Population = { name: "", isPoint: false, parts: [{ from: 0, mass: 1, error }] };
    const good: Population = { name: "", isPoint: false, parts: [{ from: 0, mass: 1, error: 0.01 }] };
    const past = predictionsOf(400, random, [good, good, good]);
    const rows = predictionsOf(n, random, [limit, limit, limit]);
    return (failure) => verifyPolicy(policyOf(past, failure, { seed: 0, perSegment: false }), rows).status === status;
  },
});

export const selection: Family = {
  name: "Rows selected with at most 10 % errors",
  guarantees: [
    ...procedures.flatMap((procedure) => populations.map((population) => guarantee(procedure, population))),
    ...policies,
    verdict("broken"),
    verdict("holds"),
  ],
};
