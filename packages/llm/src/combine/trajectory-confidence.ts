import type { Stack } from "@candor/core";
import { type CompositeConfidence, type CompositePart, composite, conjunction, type KnownPart } from "./composite.ts";
import { stackedWhole } from "./stacked-whole.ts";
import { type StepParts, stepConfidence } from "./step-confidence.ts";

/** Options of `trajectoryConfidence`. */
export interface TrajectoryOptions {
  /** For each step, as `stepConfidence` takes it. */
  readonly stepStack?: Stack;
  /**
   * Fitted on whole tasks whose truth was known. It may read `product` and `weakestStep` over the steps, `lastStep`, and
   * `steps`, their number (on the scale `identity`).
   */
  readonly stack?: Stack;
}

/** How sure a task of several steps is. */
export interface TrajectoryConfidence extends CompositeConfidence {
  /** In order. */
  readonly steps: readonly CompositeConfidence[];
  /** Which part of which step to check first: `steps[2].arguments.$.city`. Null where no step has a known part. */
  readonly recheck: CompositePart | null;
}

function asPart(step: CompositeConfidence, i: number): KnownPart {
  const [lower, upper] = step.bounds ?? (step.value === null ? [0, 1] : [step.value, step.value]);
  return { path: `steps[${i}]`, value: step.value, lower, upper, reason: step.reason };
}

/** The weak part of the weak step; its gain is what fixing it alone adds to the whole. */
function recheckOf(
  whole: CompositeConfidence,
  steps: readonly CompositeConfidence[],
  again: (step: number, value: number) => number | null,
): CompositePart | null {
  let found: CompositePart | null = null;
  steps.forEach((step, i) => {
    for (const { path, value, gain } of step.parts) {
      if (value === null) continue;
      const better = gain === null || step.value === null ? null : again(i, step.value + gain);
      const raised = better === null || whole.value === null ? null : Math.max(0, better - whole.value);
      const worse =
        found === null || (raised ?? 0) > (found.gain ?? 0) || (raised === found.gain && value < (found.value ?? 1));
      if (worse) found = { path: `steps[${i}].${path}`, value, gain: raised };
    }
  });
  return found;
}

/**
 * How sure a task of several steps is, and which part of which step to check again.
 *
 * Without a stack the task counts as done where every step is right: the value is the product, the bounds are those that hold
 * whatever the dependence of the steps. That is cautious: agents notice and repair some of their errors, which only a stack
 * fitted on whole tasks knows.
 *
 * @returns without value, and with the reason, where a step has none or there is no step
 * @throws {InputError} `out-of-range` with the part; `incompatible` for a stack that reads none of what there is
 */
export function trajectoryConfidence(
  steps: readonly StepParts[],
  { stack, stepStack }: TrajectoryOptions = {},
): TrajectoryConfidence {
  const each = steps.map((step) => stepConfidence(step, stepStack === undefined ? {} : { stack: stepStack }));
  const parts = each.map(asPart);
  const featuresOf = (values: readonly (number | null)[]): Record<string, number | null> => {
    const complete = values.every((value) => value !== null);
    return {
      product: complete ? values.reduce<number>((total, value) => total * (value ?? 1), 1) : null,
      weakestStep: complete ? values.reduce<number>((least, value) => Math.min(least, value ?? 1), 1) : null,
      lastStep: values.at(-1) ?? null,
      steps: values.length,
    };
  };
  const useStack = stack !== undefined && parts.length > 0 && parts.some(({ value }) => value !== null);
  const wholeOf = (some: readonly KnownPart[]): ReturnType<typeof conjunction> =>
    useStack ? stackedWhole(stack, some, featuresOf) : conjunction(some);
  const whole = composite(parts, useStack ? "stack" : "product", wholeOf);
  const again = (i: number, value: number): number | null =>
    wholeOf(parts.map((part, j) => (i === j ? { ...part, value, upper: Math.max(value, part.upper) } : part))).value;
  return { ...whole, steps: each, recheck: recheckOf(whole, each, again) };
}
