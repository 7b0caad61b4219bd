import {
  type BinaryCalibrator,
  type BinaryMap,
  type CalibrationFit,
  isBinaryCalibrator,
  sealCalibrator,
} from "@candor/core";
import type { Trace } from "../../src/trace/trace.ts";

/** A trace of tokens laid on their text. */
export function traceOf(
  tokens: readonly (readonly [string, number | null, number?])[],
  extra: Partial<Trace> = {},
): Trace {
  const encoder = new TextEncoder();
  let at = 0;
  const laid = tokens.map(([text, p, bound]) => {
    const start = at;
    at += encoder.encode(text).length;
    return {
      text,
      bytes: [...encoder.encode(text)],
      id: null,
      logprob: p === null ? null : Math.log(p),
      logprobBound: bound === undefined ? null : Math.log(bound),
      top: [],
      channel: "content" as const,
      start,
      end: at,
    };
  });
  return {
    provider: "openai",
    format: "chat-completions",
    model: "m",
    id: null,
    index: 0,
    text: tokens.map(([text]) => text).join(""),
    refusal: null,
    reasoning: null,
    toolCalls: [],
    tokens: laid,
    logprobs: tokens.every(([, p]) => p === null) ? "absent" : "present",
    basis: "raw",
    topK: 0,
    finish: "stop",
    flags: [],
    ...extra,
  };
}

/** A sealed calibrator of confidences. */
export function calibratorOf(
  fit: Pick<CalibrationFit<BinaryMap>, "method" | "map">,
  spec: Readonly<Record<string, string>> = {},
): BinaryCalibrator {
  const sealed = sealCalibrator({
    schema: "candor.calibrator/1",
    version: "0.0.0",
    method: fit.method,
    parameters: {},
    certificate: null,
    n: 100,
    effectiveN: 100,
    created: null,
    spec: { metric: "calibrator", ...spec },
    data: { name: "labels.csv", fingerprint: `sha256:${"0".repeat(64)}` },
    evidence: null,
    scoreKind: "confidence",
    classNames: [],
    map: fit.map,
    segments: null,
  });
  if (!isBinaryCalibrator(sealed)) throw new Error("expected a binary calibrator");
  return sealed;
}
