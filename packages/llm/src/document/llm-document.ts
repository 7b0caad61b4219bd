import type { FitDocument, PolicyDocument, ReportDocument } from "@candor/core";
import type { Evidence, EvidenceKind } from "../evidence/evidence.ts";
import type { FieldAlternative, FieldFlag } from "../fields/field.ts";
import type { ScoreName } from "../scores/score-names.ts";
import type { Provider, WireFormat } from "../trace/provider.ts";
import type { Channel } from "../trace/token.ts";
import type { DecisionAnswer, LogprobStatus, ProviderFault, TraceFlag } from "../trace/trace.ts";

/** A token as it stands in a document: probabilities instead of bytes. */
export interface DocumentToken {
  readonly text: string;
  /** Natural logarithm, ≤ 0; null where unknown. */
  readonly logprob: number | null;
  /** In [0, 1]; null where unknown. */
  readonly probability: number | null;
  /** Largest probability that an unknown one can have; only where that is known. */
  readonly bound?: number;
  /** Byte offsets into the UTF-8 of the channel's text; −1 where the tokens could not be laid on the text. */
  readonly start: number;
  readonly end: number;
  readonly channel: Channel;
  /** Likeliest first. */
  readonly top: readonly { readonly text: string; readonly probability: number | null }[];
}

/** A value of a JSON answer, as it stands in a document. */
export interface DocumentField {
  readonly path: string;
  readonly value: string | number | boolean | null | readonly never[] | Readonly<Record<string, never>>;
  /** Exactly as in the answer: all digits of numbers, escapes of strings. */
  readonly json: string;
  readonly probability: number | null;
  readonly bounds: readonly [number, number];
  readonly quoteProbability: number | null;
  readonly separatorProbability: number | null;
  readonly alternatives: readonly FieldAlternative[];
  readonly flags: readonly FieldFlag[];
}

/** The verdict of a judge, read from one answer. */
export interface DocumentJudgement {
  readonly kind: "boolean" | "choice" | "scale";
  /** The likeliest candidate; null where the answer does not say. */
  readonly verdict: string | number | boolean | null;
  /** Share of the verdict in the mass on all candidates, in [0, 1]; where no other is listed, half of the open mass is against it. */
  readonly probability: number | null;
  readonly bounds: readonly [number, number] | null;
  /** Of a scale: the mean score under the distribution. */
  readonly expected: number | null;
  readonly candidates: readonly {
    readonly value: string | number | boolean;
    readonly probability: number | null;
    readonly bounds: readonly [number, number] | null;
  }[];
  /** Where the probability at the verdict went: on candidates, elsewhere, and not known. Null without log-probabilities. */
  readonly mass: { readonly mass: number; readonly otherMass: number; readonly openMass: number } | null;
  /** Why there is no verdict or no probability; null where there are both. */
  readonly reason: string | null;
}

/** What a calibrator and a policy make of an answer's score. */
export interface DocumentAssessment {
  /** Score that was calibrated or decided on. */
  readonly score: string;
  /** Calibrated where there was a calibrator; null where the score is missing. */
  readonly probability: number | null;
  /** What the probability can be where the score is only known within bounds, or the calibrator says; null elsewhere. */
  readonly interval: readonly [number, number] | null;
  /** Null where no policy was given; never `act` where the score is missing. */
  readonly decision: "act" | "review" | "abstain" | null;
  /** Why `probability` is null. */
  readonly reason: string | null;
}

/** A scalar that stood beside a response. */
export type OwnValue = string | number | boolean | null;

/** One answer and all that is known of how sure it is. */
export interface LlmEntry {
  /** Line (or item of an array, or line where the stream begins), counted from 1. */
  readonly line: number;
  /** The user's own where there is one, else the provider's. */
  readonly id: string | null;
  /** Position among the answers of one response. */
  readonly index: number;
  readonly provider: Provider;
  readonly format: WireFormat;
  readonly model: string | null;
  readonly text: string;
  readonly refusal: string | null;
  readonly finish: string | null;
  readonly tokens: readonly DocumentToken[];
  readonly evidence: Evidence;
  /** As their functions document; null where missing. */
  readonly scores: Readonly<Record<ScoreName, number | null>>;
  /** Smallest and largest possible value, where unknown tokens or the unseen tail leave a range. */
  readonly bounds: Readonly<Partial<Record<ScoreName, readonly [number, number]>>>;
  /** Why a score is null. */
  readonly reasons: Readonly<Partial<Record<ScoreName, string>>>;
  /** Of a JSON answer; empty for any other. */
  readonly fields: readonly DocumentField[];
  readonly flags: readonly TraceFlag[];
  readonly toolCalls: readonly {
    readonly id: string | null;
    readonly name: string;
    readonly arguments: string;
    readonly fields: readonly DocumentField[];
  }[];
  /** Of decision models; empty for any other. */
  readonly answers: readonly DecisionAnswer[];
  /** Error that came in place of an answer. */
  readonly fault: ProviderFault | null;
  /** What stood beside the response, by name. */
  readonly columns: Readonly<Record<string, OwnValue>>;
  /** Whether the answer was right, where labels were given. */
  readonly correct: boolean | null;
  readonly judgement: DocumentJudgement | null;
  readonly assessment: DocumentAssessment | null;
}

/** Answers to the same question, compared. */
export interface LlmGroup {
  /** The value they have in common. */
  readonly id: string;
  /** Positions in `entries`. */
  readonly entries: readonly number[];
  /** Different answers among them; null where none could be compared. */
  readonly answers: number | null;
  /** The answer given most often, as one of its members words it; null without answers. */
  readonly consensus: string | null;
  /** Share of the other answers that agree with the most frequent one, in [0, 1]; null below two answers. */
  readonly agreement: number | null;
  /** For the probability of the likeliest answer. */
  readonly interval: readonly [number, number] | null;
  /** Entropy over different answers in nats; 0 where all agree. Null below two answers. */
  readonly semanticEntropy: number | null;
  /** Verdicts of a judge on the same question; null without. */
  readonly verdicts: {
    readonly n: number;
    /** How often each verdict was given. */
    readonly counts: readonly { readonly verdict: string; readonly n: number }[];
    /** Smallest and largest probability given to the verdict that was given most often. */
    readonly range: readonly [number, number] | null;
    /** Where none of these is known, as without alternatives: the smallest and largest of what each is at least. */
    readonly atLeast: readonly [number, number] | null;
  } | null;
}

/** How one score is distributed. */
export interface ScoreDistribution {
  readonly name: string;
  /** Entries that have it, and that do not. */
  readonly n: number;
  readonly missing: number;
  /** Null where `n` is 0. */
  readonly mean: number | null;
  /** At 0, 0.1, 0.25, 0.5, 0.75, 0.9 and 1; empty where `n` is 0. */
  readonly quantiles: readonly number[];
  /** Ten bins over [0, 1]; null where `n` is 0 or the score is not in [0, 1]. */
  readonly histogram: { readonly edges: readonly number[]; readonly shares: readonly number[] } | null;
}

/** All entries in a few numbers. */
export interface LlmSummary {
  readonly entries: number;
  /** Entries with at least one score or a decision model's probability. */
  readonly withConfidence: number;
  /** Entries with a token, outside any reasoning, of a probability below 0.5. */
  readonly unlikely: number;
  readonly refusals: number;
  readonly faults: number;
  readonly judged: number;
  readonly labelled: number;
  readonly evidence: Readonly<Partial<Record<EvidenceKind, number>>>;
  readonly logprobs: Readonly<Partial<Record<LogprobStatus, number>>>;
  readonly flags: Readonly<Partial<Record<TraceFlag, number>>>;
  readonly providers: Readonly<Record<string, number>>;
  readonly models: Readonly<Record<string, number>>;
  readonly score: ScoreDistribution;
  /** What the policy decides; null without one. */
  readonly decisions: { readonly act: number; readonly review: number; readonly abstain: number } | null;
}

/** Saved responses of language models, scored: `candor.llm/1`. */
export interface LlmDocument {
  readonly schema: "candor.llm/1";
  readonly version: string;
  /** When it was made, ISO 8601. */
  readonly created: string;
  readonly source: {
    readonly name: string;
    /** Responses read, those left out included. */
    readonly responses: number;
    readonly skipped: readonly { readonly reason: string; readonly count: number }[];
    readonly notes: readonly string[];
  };
  /** Entries there are. */
  readonly n: number;
  readonly entries: readonly LlmEntry[];
  readonly groups: readonly LlmGroup[];
  readonly summary: LlmSummary;
  /** On the score, where there are labels; null without, and where no labelled answer has the score. */
  readonly report: ReportDocument | null;
  /** How the calibrator was made and proven; null where none was asked for. */
  readonly fit: FitDocument | null;
  /** The policy made, certified or not; null where none was asked for. */
  readonly policy: PolicyDocument | null;
}
