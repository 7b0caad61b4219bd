import { checkJsonSchema, type JsonSchema } from "../../calibration/artefact/json-schema.ts";
import {
  AMOUNT,
  COUNT,
  fields,
  kind,
  listOf,
  NUMBER,
  nullable,
  POSITIVE,
  TEXT,
} from "../../calibration/artefact/schema-parts.ts";
import { InputError } from "../../errors.ts";
import type { OnlineSnapshot } from "./online-method.ts";

const DECIMAL: JsonSchema = { anyOf: [NUMBER, TEXT] };
const WINDOW: JsonSchema = nullable({ type: "integer", minimum: 1 });

const SNAPSHOT: JsonSchema = fields({
  kind: { const: "online-calibrator" },
  level: DECIMAL,
  method: {
    anyOf: [
      kind("aci", { gamma: DECIMAL, window: WINDOW }),
      kind("quantile-tracking", {
        learningRate: POSITIVE,
        start: NUMBER,
        integral: nullable(fields({ gain: AMOUNT, saturation: POSITIVE })),
      }),
      kind("aggregated-aci", {
        gammas: listOf(POSITIVE, 1),
        window: WINDOW,
        learningRate: POSITIVE,
        start: NUMBER,
      }),
    ],
  },
  steps: COUNT,
  missed: COUNT,
  range: nullable({ type: "array", items: NUMBER, minItems: 2, maxItems: 2 }),
  window: nullable(fields({ kind: { const: "streaming-calibrator" }, window: WINDOW, scores: listOf(NUMBER) })),
  experts: nullable(fields({ alphas: listOf(NUMBER), weights: listOf(AMOUNT) })),
});

function checkShape(value: unknown): asserts value is OnlineSnapshot {
  checkJsonSchema(SNAPSHOT, value);
}

/**
 * Lets a snapshot pass from which an online calibrator can go on: numbers that are finite, a method that is whole, counts,
 * range and experts that go with it.
 *
 * @throws {InputError} `incompatible` with the path; `out-of-range` for counts that cannot be
 */
export function checkOnlineSnapshot(value: unknown): asserts value is OnlineSnapshot {
  const what = typeof value === "object" && value !== null && "kind" in value ? value.kind : undefined;
  if (what !== "online-calibrator")
    throw new InputError("incompatible", `expected the snapshot of an online calibrator, got ${what}`);
  checkShape(value);
  const { method, steps, missed, range, experts } = value;
  if (missed > steps)
    throw new InputError("out-of-range", `expected missed <= steps in the snapshot, got ${missed} of ${steps}`);
  if (range !== null && range[0] > range[1])
    throw new InputError("incompatible", `range: expected two numbers that ascend, got ${range[0]} and ${range[1]}`);
  if (method.kind !== "aggregated-aci") return;
  const count = method.gammas.length;
  if (experts === null || experts.alphas.length !== count || experts.weights.length !== count)
    throw new InputError("incompatible", `the snapshot must hold ${count} experts`);
  const total = experts.weights.reduce((sum, weight) => sum + weight, 0);
  if (!(Math.abs(total - 1) < 1e-6))
    throw new InputError("incompatible", `experts.weights: expected a sum of 1, got ${total}`);
}
