import type { Matrix, Predictions, SegmentColumn, TimeColumn } from "@candor/core";

function joinDoubles(parts: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function joinInts(parts: readonly Int32Array[]): Int32Array {
  const out = new Int32Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function joinMatrices(parts: readonly Matrix[]): Matrix {
  const rows = parts.reduce((total, part) => total + part.rows, 0);
  return { data: joinDoubles(parts.map(({ data }) => data)), rows, cols: parts[0]?.cols ?? 0 };
}

function joinSegments(batches: readonly Predictions[]): SegmentColumn[] {
  const columns = batches[0]?.segments ?? [];
  return columns.map(({ name, values }, s) => ({
    name,
    codes: joinInts(batches.map((batch) => batch.segments[s]!.codes)),
    values,
  }));
}

function joinGroups(batches: readonly Predictions[]): SegmentColumn | undefined {
  const first = batches[0]?.groups;
  return first && { ...first, codes: joinInts(batches.flatMap(({ groups }) => groups?.codes ?? [])) };
}

function joinTimes(batches: readonly Predictions[]): TimeColumn | undefined {
  const first = batches[0]?.time;
  if (first === undefined) return undefined;
  return { name: first.name, kind: first.kind, values: joinDoubles(batches.flatMap(({ time }) => time?.values ?? [])) };
}

/** One `Predictions` from batches of the same task, at least one. */
export function joinPredictions(batches: readonly Predictions[]): Predictions {
  const first = batches[0]!;
  if (batches.length === 1) return first;
  const time = joinTimes(batches);
  const groups = joinGroups(batches);
  const base = {
    rows: batches.reduce((total, { rows }) => total + rows, 0),
    classNames: first.classNames,
    segments: joinSegments(batches),
    ...(first.weights ? { weights: joinDoubles(batches.flatMap(({ weights }) => weights ?? [])) } : {}),
    ...(first.propensities
      ? { propensities: joinDoubles(batches.flatMap(({ propensities }) => propensities ?? [])) }
      : {}),
    ...(first.insidePValues
      ? {
          insidePValues: {
            name: first.insidePValues.name,
            values: joinDoubles(batches.flatMap(({ insidePValues }) => insidePValues?.values ?? [])),
          },
        }
      : {}),
    ...(first.rowIds ? { rowIds: batches.flatMap(({ rowIds }) => rowIds ?? []) } : {}),
    ...(time ? { time } : {}),
    ...(groups ? { groups } : {}),
  };
  switch (first.task) {
    case "binary": {
      const own = batches.filter((batch) => batch.task === "binary");
      const probabilities = joinDoubles(own.map((batch) => batch.probabilities));
      return { task: "binary", ...base, probabilities, outcomes: joinBytes(own.map((batch) => batch.outcomes)) };
    }
    case "confidence": {
      const own = batches.filter((batch) => batch.task === "confidence");
      const confidences = joinDoubles(own.map((batch) => batch.confidences));
      return { task: "confidence", ...base, confidences, correct: joinBytes(own.map((batch) => batch.correct)) };
    }
    case "multiclass": {
      const own = batches.filter((batch) => batch.task === "multiclass");
      const logs = own.flatMap((batch) => batch.logProbabilities ?? []);
      const logits = own.flatMap((batch) => batch.logits ?? []);
      return {
        task: "multiclass",
        ...base,
        probabilities: joinMatrices(own.map((batch) => batch.probabilities)),
        labels: joinInts(own.map((batch) => batch.labels)),
        ...(logs.length > 0 ? { logProbabilities: joinMatrices(logs) } : {}),
        ...(logits.length > 0 ? { logits: joinMatrices(logits) } : {}),
      };
    }
  }
}
