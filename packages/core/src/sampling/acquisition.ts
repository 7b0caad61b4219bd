import { decomposeEntropy } from "../ensembles/decompose-entropy.ts";
import type { Members } from "../ensembles/members.ts";
import { maximumConsensusKl } from "../ensembles/pairwise-kl.ts";
import { voteEntropy } from "../ensembles/vote-entropy.ts";
import { InputError } from "../errors.ts";
import type { Matrix } from "../matrix.ts";
import { entropyUncertainty, leastConfidence, marginUncertainty } from "./uncertainty.ts";

/** Scores of single rows by one model. */
export type RowAcquisition = "least-confidence" | "margin" | "entropy";

/** Scores of single rows by several members. */
export type MemberAcquisition = "bald" | "vote-entropy" | "consensus-entropy" | "max-disagreement";

/** What a row can be scored from. */
export interface AcquisitionEvidence {
  /** n × k, rows that sum to 1. */
  readonly probabilities?: Matrix;
  /** Several members for the same rows. */
  readonly members?: Members;
}

/**
 * How much the label of each row would be worth, by a name.
 *
 * - `least-confidence`, `margin`, `entropy` of the probabilities
 * - `bald`: mutual information between the label and which member is right
 * - `vote-entropy`, `consensus-entropy` of the members' votes and of their mean
 * - `max-disagreement`: largest Kullback–Leibler divergence of a member from their mean
 *
 * @returns n values ≥ 0; larger is to be labelled first
 * @throws {InputError} `incompatible` where the evidence for the score is missing; `unknown-option`; as the scores
 *
 * Source: Settles (2009), "Active learning literature survey", section 3; each score has its own. The disagreements are those
 * of modAL (`vote_entropy`, `consensus_entropy`, `max_disagreement`).
 */
export function acquisitionScores(
  name: RowAcquisition | MemberAcquisition,
  { probabilities, members }: AcquisitionEvidence,
): Float64Array {
  switch (name) {
    case "least-confidence":
      return leastConfidence(needed(probabilities, name, "a probability per class"));
    case "margin":
      return marginUncertainty(needed(probabilities, name, "a probability per class"));
    case "entropy":
      return entropyUncertainty(needed(probabilities, name, "a probability per class"));
    case "bald":
      return decomposeEntropy(needed(members, name, "members")).epistemic;
    case "vote-entropy":
      return voteEntropy(needed(members, name, "members"));
    case "consensus-entropy":
      return decomposeEntropy(needed(members, name, "members")).total;
    case "max-disagreement":
      return maximumConsensusKl(needed(members, name, "members"));
    default:
      throw new InputError("unknown-option", `no acquisition is called ${name}`);
  }
}

function needed<T>(evidence: T | undefined, name: string, what: string): T {
  if (evidence === undefined) throw new InputError("incompatible", `${name} needs ${what}, got none`);
  return evidence;
}
