import {
  type AuditResult,
  type CalibrationData,
  createRandom,
  type Estimate,
  type FitDocument,
  fitDocument,
  matrix,
  type SegmentFit,
} from "@candor/core";

/** Fit documents for tests of the renderers: real fits of simulated rows, with segments and audit as they may be. */
export type SampleKind = "probability" | "confidence" | "probabilities" | "logits";

const ROWS = 500;

function scoresOf(kind: "probability" | "confidence", rows: number): CalibrationData {
  const random = createRandom(7);
  const scores = new Float64Array(rows);
  const outcomes = new Uint8Array(rows);
  for (let i = 0; i < rows; i++) {
    const logit = 3 * (random.uniform() + random.uniform() - 1) + (kind === "confidence" ? 1 : 0);
    scores[i] = 1 / (1 + Math.exp(-2.2 * logit));
    outcomes[i] = random.uniform() < 1 / (1 + Math.exp(-logit)) ? 1 : 0;
  }
  const classNames = kind === "probability" ? ["stays", "leaves"] : [];
  return { rows, scoreKind: kind, scores, outcomes, segments: [], classNames };
}

function classesOf(kind: "probabilities" | "logits", rows: number): CalibrationData {
  const random = createRandom(8);
  const logits = new Float64Array(rows * 3);
  const labels = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    const row = [0, 1, 2].map(() => 3 * (random.uniform() + random.uniform() - 1));
    const weights = row.map(Math.exp);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    let left = random.uniform() * total;
    labels[i] = weights.findIndex((weight) => {
      left -= weight;
      return left < 0;
    });
    const norm = kind === "logits" ? 0 : Math.log(row.reduce((sum, x) => sum + Math.exp(2.5 * x), 0));
    logits.set(
      row.map((x) => 2.5 * x - norm),
      3 * i,
    );
  }
  const classNames = ["cat", "dog", "hare"];
  const clip = kind === "logits" ? null : 1e-12;
  return { rows, scoreKind: kind, logits: matrix(logits, rows, 3), clip, labels, segments: [], classNames };
}

const columns = {
  probability: { score: "p", label: "churned", by: "country" },
  confidence: { confidence: "conf", correct: "ok" },
  probabilities: { probs: "p_*", label: "class" },
  logits: { logits: "logits.npy", label: "labels.npy" },
} as const;

/** A real fit of `rows` simulated rows whose scores are too extreme. */
export function fitOf(kind: SampleKind, rows: number = ROWS, method = "auto"): FitDocument {
  const data = kind === "probability" || kind === "confidence" ? scoresOf(kind, rows) : classesOf(kind, rows);
  const name = kind === "logits" ? "logits.npy + labels.npy" : "validation.csv";
  const source = { name, rows, skipped: [], columns: columns[kind], approximate: false, notes: [] };
  return fitDocument(data, { version: "0.1.0", name, created: "2026-11-22", source, seed: 3, method });
}

function estimate(value: number, half: number): Estimate {
  const ends = { lower: value - half, upper: value + half };
  return { value, ...ends, level: 0.95, n: 120, effectiveN: 120, interval: "asymptotic", spec: { metric: "gap" } };
}

function segment(name: string, i: number): SegmentFit {
  const losses = { logLossBefore: 0.71 + i / 100, logLossPooled: 0.62 + i / 100, logLossOwn: 0.61 + i / 100 };
  const gaps = { gapPooled: estimate(0.08 - 0.05 * i, 0.03), gapOwn: estimate(0.02 - 0.013 * i, 0.03) };
  return { by: "country", name, n: 260 - 30 * i, ...gaps, ...losses, shrinkage: 0.85 - 0.2 * i };
}

function tested(name: string, i: number): AuditResult {
  const values = { pValue: 0.0021 * (i + 1) ** 3, qValue: 0.0084 * (i + 1) ** 2, flagged: i < 2 };
  return { by: "country × plan", name, n: 90 + i, gap: estimate(0.11 - 0.04 * i, 0.04), ...values };
}

const made = new Map<SampleKind, FitDocument>();

/** The sample of a kind; that of probabilities of an event has segments, an audit, warnings, notes and rows left out. */
export function sampleFit(kind: SampleKind): FitDocument {
  const document = made.get(kind) ?? fitOf(kind);
  made.set(kind, document);
  const { calibrator } = document;
  if (kind !== "probability" || calibrator.scoreKind !== "probability") return document;
  const maps = [{ values: ["Brazil"], map: { kind: "identity" } as const, n: 260 }];
  return {
    ...document,
    calibrator: { ...calibrator, segments: { columns: ["country"], maps } },
    source: {
      ...document.source,
      rows: ROWS + 3,
      skipped: [{ reason: "label is missing", count: 3 }],
      notes: ["2 scores were clipped"],
    },
    segments: ["Brazil", "Canada", "France", "Japan"].map(segment),
    audit: ["Brazil × free", "Canada × free", "Japan × paid"].map(tested),
    warnings: ["One calibrator does not fit every segment: country = Brazil (8.0 points too high)."],
  };
}

/** A document in which `name` stands wherever text from the data can stand. */
export function fitWith(name: string, kind: SampleKind = "probability"): FitDocument {
  const document = sampleFit(kind);
  return {
    ...document,
    version: name,
    source: {
      ...document.source,
      name,
      columns: { ...document.source.columns, score: name, label: name, by: name },
      skipped: [{ reason: name, count: 1 }],
      notes: [name],
    },
    classNames: document.classNames.map(() => name),
    label: name,
    reason: name,
    verdict: { ...document.verdict, sentence: name },
    candidates: document.candidates.map((candidate) => ({ ...candidate, label: name, reason: name })),
    parameters: { ...document.parameters, [`${name} `]: 1.5 },
    validation: { ...document.validation, scheme: "grouped", by: name },
    learningCurve: document.learningCurve && { ...document.learningCurve, sentence: name },
    segments: document.segments.map((item) => ({ ...item, by: name, name })),
    audit: document.audit.map((item) => ({ ...item, by: name, name })),
    warnings: [name],
    calibrator: {
      ...document.calibrator,
      created: name,
      data: { ...document.calibrator.data, name },
      spec: { ...document.calibrator.spec, asked: name },
    },
  };
}
