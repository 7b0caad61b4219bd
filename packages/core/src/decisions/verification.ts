import type { Estimate } from "../estimate.ts";
import type { ExpectedOutcome, PolicyDocument, RiskCertificate } from "./policy.ts";

/** A number that the policy promised, and what the new rows show. */
export interface VerifiedNumber {
  /** Of `ExpectedOutcome`: error and cost always, recall, coverage and reviewVolume where the objective is about them. */
  readonly name: "error" | "cost" | "recall" | "coverage" | "reviewVolume";
  readonly promised: Estimate;
  readonly found: Estimate;
  /** found − promised with its interval, from different rows: more is worse, but for recall and coverage. */
  readonly difference: { readonly value: number; readonly lower: number; readonly upper: number };
  readonly status: "holds" | "broken" | "not-shown";
}

/** The answer of a verification. */
export type VerificationAnswer = Pick<VerificationDocument, "status" | "sentence" | "moreRows">;

/** Whether a policy keeps what it promises. Plain JSON. */
export interface VerificationDocument {
  readonly schema: "candor.verification/1";
  readonly version: string;
  /** Of the policy. */
  readonly fingerprint: string;
  readonly objective: PolicyDocument["objective"];
  /** `holds`: shown to hold. `broken`: shown not to. `not-shown`: these rows do not tell. */
  readonly status: "holds" | "broken" | "not-shown";
  /** One plain sentence. */
  readonly sentence: string;
  /** Whether these are the rows that the policy was made from. */
  readonly sameData: boolean;
  readonly dataHash: string;
  readonly n: number;
  readonly effectiveN: number;
  /** The certificate derived again; on the same rows of policies with a risk target only. */
  readonly rederived: RiskCertificate | null;
  /** Names of the parts of the document that came out otherwise on the same rows. */
  readonly differences: readonly string[];
  /** Of policies with a risk target: the bound that was promised. */
  readonly maxError: number | null;
  readonly sure: number | null;
  /** Rows acted on, and errors among these. */
  readonly accepted: number;
  readonly errors: number;
  /**
   * One-sided bounds of the error among rows acted on, each at `sure`: Clopper–Pearson, or by betting where rows weigh
   * differently; null without a risk target.
   */
  readonly lower: number | null;
  readonly upper: number | null;
  /** Further rows after which the question is answered at the present error rate; null where it is, or none would do. */
  readonly moreRows: number | null;
  /** What the policy does on these rows. */
  readonly found: ExpectedOutcome;
  readonly numbers: readonly VerifiedNumber[];
}
