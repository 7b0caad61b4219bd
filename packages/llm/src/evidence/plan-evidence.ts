import type { Capability } from "./capability.ts";
import type { EvidenceKind } from "./evidence.ts";

/** What the caller can do beside asking once. */
export interface PlanOptions {
  /** The answer has to stream. Default false. */
  readonly streamed?: boolean;
  /** The confidence is wanted of the arguments of tool calls. Default false. */
  readonly toolCalls?: boolean;
  /** What a model that may judge is able to do; null (default) where there is none. */
  readonly judge?: Capability | null;
  /** How many answers may be sampled; fewer than 2 means none. Default 3. */
  readonly samples?: number;
}

/** Which evidence to ask for. */
export interface EvidencePlan {
  /** The best kind that can be had. */
  readonly kind: "logprobs" | "judge" | "samples" | "verbalised";
  /** What to fall back to, in this order, when it does not come. */
  readonly fallbacks: readonly EvidenceKind[];
  /** Alternatives per token to ask for; 0 where log-probabilities are not asked for. */
  readonly topK: number;
  /** Answers to sample; 1 except for samples. */
  readonly samples: number;
  /** True where only trying can tell: call `probeLogprobs` once, or treat the first answer as the probe. */
  readonly mustProbe: boolean;
  /** One plain sentence. */
  readonly sentence: string;
}

/** What every server that gives alternatives accepts. */
const SAFE_TOP_K = 5;
const MOST_TOP_K = 20;

/**
 * The best evidence that a model gives: log-probabilities of the answer, else a judge on a model that gives them, else
 * agreement among samples, else what the model states.
 *
 * @param capability of the model that answers
 */
export function planEvidence(capability: Capability, options: PlanOptions = {}): EvidencePlan {
  const { streamed = false, toolCalls = false, judge = null, samples = 3 } = options;
  const abilities = [
    capability.logprobs,
    ...(streamed ? [capability.streamed] : []),
    ...(toolCalls ? [capability.toolCalls] : []),
  ];
  const kinds: EvidencePlan["kind"][] = [];
  if (!abilities.includes("no")) kinds.push("logprobs");
  if (judge !== null && judge.logprobs !== "no") kinds.push("judge");
  if (samples >= 2) kinds.push("samples");
  kinds.push("verbalised");
  const [kind = "verbalised", ...fallbacks] = kinds;
  return {
    kind,
    fallbacks: [...fallbacks, "none"],
    topK: kind === "logprobs" ? topKOf(capability) : kind === "judge" && judge !== null ? topKOf(judge) : 0,
    samples: kind === "samples" ? samples : 1,
    mustProbe: kind === "logprobs" ? abilities.includes("unknown") : kind === "judge" && judge?.logprobs === "unknown",
    sentence: sentenceOf(kind, capability, streamed && capability.logprobs !== "no" && capability.streamed === "no"),
  };
}

function topKOf(capability: Capability): number {
  return Math.min(MOST_TOP_K, capability.maxTopK ?? SAFE_TOP_K);
}

function sentenceOf(kind: EvidencePlan["kind"], capability: Capability, onlyStreaming: boolean): string {
  if (kind === "logprobs") return `Log-probabilities of the answer: ${capability.sentence}.`;
  const why = onlyStreaming ? "it gives no log-probabilities while it streams" : capability.sentence;
  const instead = {
    judge: "A judge on another model",
    samples: "Agreement among several answers",
    verbalised: "What the model states of itself, the weakest evidence",
  };
  return `${instead[kind]}: ${why}.`;
}
