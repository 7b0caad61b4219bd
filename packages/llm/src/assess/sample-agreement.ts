import { createEquivalence } from "../equivalence/create-equivalence.ts";
import type { Equivalence } from "../equivalence/equivalence.ts";
import { clusterAnswers } from "../sampling/cluster-answers.ts";
import { selfConsistency } from "../sampling/self-consistency.ts";
import type { Trace } from "../trace/trace.ts";
import type { GivenScore } from "./assessment.ts";
import { subjectOf } from "./subject.ts";

/** The text of a sample; null where it has none: a fault, a refusal, a mere tool call. */
function textOf(sample: unknown): string | null {
  const subject = typeof sample === "string" ? null : subjectOf(sample, 0, undefined);
  const text = subject === null ? sample : subject.kind === "trace" ? subject.trace.text : "";
  return typeof text === "string" && text.trim() !== "" ? text : null;
}

/**
 * The share of samples that say what an answer says.
 *
 * @param samples without a text count as saying something else
 * @throws {InputError} `incompatible` for a sample of no known shape
 */
export function sampleAgreement(
  trace: Trace,
  samples: readonly unknown[],
  equivalence: Equivalence = createEquivalence(),
): GivenScore {
  const texts = samples.map(textOf);
  const said = texts.flatMap((text) => text ?? []);
  const { agree } = selfConsistency(clusterAnswers([trace.text, ...said], equivalence), { answer: 0 });
  const n = samples.length;
  const evidence = { n, logprobs: trace.logprobs, topK: null, flags: trace.flags };
  if (n === 0 || trace.text.trim() === "") {
    const reason = n === 0 ? "There are no other answers to compare with." : "The answer has no text to compare.";
    const score = { value: null, bounds: null, n: 0, reason };
    return {
      name: "agreement",
      score,
      evidence: { ...evidence, kind: "none", sentence: `${reason} There is no confidence.` },
    };
  }
  return {
    name: "agreement",
    score: { value: agree / n, bounds: null, n, reason: null },
    evidence: { ...evidence, kind: "samples", sentence: `${agree} of ${n} other answers say the same.` },
  };
}
