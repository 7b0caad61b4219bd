import type { WeakestPart } from "../assess/assessment.ts";
import type { Evidence } from "../evidence/evidence.ts";
import type { Provider, WireFormat } from "../trace/provider.ts";
import type { Channel } from "../trace/token.ts";
import type { DecisionAnswer, ProviderFault } from "../trace/trace.ts";
import type { DocumentField, DocumentToken } from "./llm-document.ts";
import type { TextSpan } from "./text-spans.ts";

/** A score with what it means, or why it is not known. */
export interface AnswerScore {
  readonly name: string;
  /** In a few words; empty for a name that says it. */
  readonly meaning: string;
  /** Null where the evidence does not determine it. */
  readonly value: number | null;
  /** Smallest and largest possible value, where that is a range. */
  readonly bounds: readonly [number, number] | null;
  /** Why there is no value; null where there is one. */
  readonly reason: string | null;
}

/** Something that is odd, as a code and as a sentence. */
export interface AnswerNote {
  readonly flag: string;
  readonly sentence: string;
}

/** A token of an answer. */
export type AnswerToken = Pick<DocumentToken, "text" | "probability" | "bound" | "channel" | "top">;

/** A text of an answer, cut where its tokens meet. */
export interface AnswerChannel {
  readonly channel: Channel;
  readonly text: string;
  /** Joined they are the text; indices are into `tokens` of the document. Null where the tokens have no places in it. */
  readonly spans: readonly TextSpan[] | null;
}

/** A value of a JSON answer with the tokens that decided it. */
export interface AnswerField extends Omit<DocumentField, "flags" | "value"> {
  /** Indices into `tokens` of the document. */
  readonly tokens: readonly number[];
  readonly notes: readonly AnswerNote[];
}

/** One answer of a response for a person to look at: `candor.answer/1`. */
export interface AnswerDocument {
  readonly schema: "candor.answer/1";
  /** Which of the answers of the response, and how many it has. */
  readonly index: number;
  readonly answers: number;
  readonly provider: Provider;
  readonly format: WireFormat;
  readonly model: string | null;
  /** Why it ended, in the provider's word. */
  readonly finish: string | null;
  /** What the confidence rests on. */
  readonly evidence: Pick<Evidence, "kind" | "n" | "topK" | "sentence">;
  /** The raw confidence: the score or field asked for. */
  readonly confidence: AnswerScore;
  /** What the user sees first; refusal and reasoning where there are any. */
  readonly channels: readonly AnswerChannel[];
  readonly tokens: readonly AnswerToken[];
  readonly fields: readonly AnswerField[];
  readonly toolCalls: readonly {
    readonly name: string;
    readonly arguments: string;
    readonly fields: readonly AnswerField[];
  }[];
  /** How many calls come after those of `toolCalls`, which are the first 64. */
  readonly moreToolCalls: number;
  readonly scores: readonly AnswerScore[];
  /** The part that is least sure, with its tokens: indices into `tokens`. */
  readonly weakest: (Omit<WeakestPart, "start" | "end"> & { readonly tokens: readonly number[] }) | null;
  /** Of decision models; empty for any other. */
  readonly questions: readonly DecisionAnswer[];
  /** Error that came in place of an answer. */
  readonly fault: ProviderFault | null;
  readonly notes: readonly AnswerNote[];
}
