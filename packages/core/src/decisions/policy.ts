import type { Calibrator, ScoreKind } from "../calibration/calibrator.ts";
import type { Estimate, Spec } from "../estimate.ts";
import type { ReportDocument, Task } from "../report/document.ts";

/** What is done with a row: use the prediction, let a person look, or do neither. */
export type Decision = "act" | "review" | "abstain";

/**
 * What a policy compares with its thresholds.
 *
 * - `confidence`: the probability that the prediction made is right (binary: of the likelier class); acting is using it
 * - `positive`: the probability of the positive class (binary only); acting is treating the row as positive
 */
export type DecisionScore = "confidence" | "positive";

/** What each thing costs, in one unit of the user's choice. Null: not offered as a choice. */
export interface Costs {
  /** Of acting on a wrong prediction. */
  readonly error: number;
  /** Of a row that a person reviews, whatever comes out. */
  readonly review: number | null;
  /** Of a row on which nothing is done. */
  readonly abstain: number | null;
  /** Of doing nothing where the prediction was right, beside `abstain`. Default 0. */
  readonly missed: number;
  /** Share of reviewed rows that are wrong after review, in [0, 1], whatever the score; each costs `error`. Default 0. */
  readonly reviewError: number;
}

/** classes × classes costs of treating a row of class i (row of the matrix) as class j (column). */
export interface CostMatrix {
  readonly classNames: readonly string[];
  readonly costs: readonly (readonly number[])[];
  readonly review: number | null;
  readonly abstain: number | null;
}

/** How many rows people can review. */
export interface Capacity {
  /** Rows that can be reviewed per period, ≥ 0. */
  readonly reviews: number;
  /** Predictions per period, > 0. */
  readonly volume: number;
  /** `day`, `week`, …: for people. */
  readonly period: string;
}

/** What a policy was made to reach; exactly what the user asked for. */
export type Objective =
  | { readonly kind: "costs"; readonly costs: Costs }
  | { readonly kind: "cost-matrix"; readonly matrix: CostMatrix }
  | ({ readonly kind: "capacity" } & Capacity)
  | { readonly kind: "precision" | "recall" | "coverage"; readonly target: number }
  | { readonly kind: "f-beta"; readonly beta: number }
  /** Set by hand: nothing is certified of them, because whoever set them may have seen the outcomes. */
  | { readonly kind: "thresholds"; readonly thresholds: Thresholds }
  | {
      readonly kind: "risk";
      /** Largest acceptable share of errors among rows acted on. */
      readonly maxError: number;
      /** How sure: one minus the probability that the certified policy breaks `maxError`. */
      readonly sure: number;
      readonly minCoverage: number | null;
    };

/**
 * Act where the score is ≥ `act`, abstain where it is < `abstain`, review between. Null: never. Acting comes first where
 * both hold. An `abstain` above 1 lies above every score. Of a least-cost rule for two classes: treated as positive where
 * the probability is ≥ `act`, as negative where it is < `abstain`.
 */
export interface Thresholds {
  readonly act: number | null;
  readonly abstain: number | null;
}

/** What a row has to be, whatever its score: otherwise it is reviewed. */
export interface InDistributionDemand {
  /** Column with the p-value of each row's being inside, as `candor ood score` writes it. */
  readonly column: string;
  /** Rows with a p-value at or below it are reviewed, in (0, 1). */
  readonly level: number;
}

/** How a row is decided, as plain data; `decide` applies it. */
export type DecisionRule = {
  /** Rows from outside are reviewed before anything else is looked at. Absent: nothing is demanded. */
  readonly inDistribution?: InDistributionDemand;
} & (
  | { readonly kind: "threshold"; readonly on: DecisionScore; readonly thresholds: Thresholds }
  | {
      readonly kind: "threshold-per-segment";
      readonly on: DecisionScore;
      /** Columns whose values together name a segment. */
      readonly columns: readonly string[];
      readonly segments: readonly { readonly values: readonly string[]; readonly thresholds: Thresholds }[];
      /** Of segments that are not listed. */
      readonly thresholds: Thresholds;
    }
  | { readonly kind: "least-cost"; readonly matrix: CostMatrix }
);

/** What a policy is expected to do, estimated on the rows it was made from (or on held-out rows where the notes say so). */
export interface ExpectedOutcome {
  /** Share of rows acted on. */
  readonly coverage: Estimate;
  /** Share of errors among rows acted on; null where none is. */
  readonly error: Estimate | null;
  /** Mean cost per row; null where no costs were given. */
  readonly cost: Estimate | null;
  /** Share of rows reviewed. */
  readonly reviewVolume: Estimate;
  /** Share of rows on which nothing is done. */
  readonly abstention: Estimate;
  /** Of `positive` policies: share of the positives acted on. */
  readonly recall: Estimate | null;
}

/** The proof of a bound: everything needed to derive it again. */
export interface RiskCertificate {
  /** True where the bound was proven on these rows; the policy never acts otherwise. */
  readonly certified: boolean;
  readonly maxError: number;
  readonly sure: number;
  /** Labelled rows it rests on. */
  readonly n: number;
  /** Rows acted on among them, and errors among those. */
  readonly accepted: number;
  readonly errors: number;
  /** Share acted on, by weight, in [0, 1]. */
  readonly coverage: number;
  /** Null where nothing could be certified; of thresholds per segment the lowest. */
  readonly threshold: number | null;
  /**
   * Bound of the error at this threshold alone, at the failure that its test was given: at most `maxError`. Clopper–Pearson,
   * or by betting where rows weigh differently.
   * What holds with probability `sure` is `maxError`: the threshold was found on the same rows. Null where none was.
   */
  readonly upperBound: number | null;
  /** Name of the procedure, with its version. */
  readonly method: string;
  readonly seed: number;
  /** `sha256:` and 64 hexadecimal digits over scores and outcomes in row order. */
  readonly dataHash: string;
  readonly assumptions: readonly string[];
  readonly spec: Spec;
}

/** How one segment fares. */
export interface SegmentPolicy {
  /** Column names joined by " × ". */
  readonly by: string;
  readonly name: string;
  readonly n: number;
  /** Under the thresholds of all. */
  readonly expected: ExpectedOutcome;
  /**
   * Its own certificate; null without a risk target. `sure` is that of its share of the failure (Bonferroni), so that the
   * certificates of all segments hold together with the probability asked for. Segments with too few rows for any proof
   * take no share.
   */
  readonly certificate: RiskCertificate | null;
  /** Further labels of this segment after which a certificate can be expected; null where there is one or none is sought. */
  readonly missingLabels: number | null;
}

/** Another way of deciding, to compare with. */
export interface PolicyAlternative {
  /** `act on all`, `review all` (where the capacity allows it), `abstain on all`, `current threshold`. */
  readonly name: string;
  readonly expected: ExpectedOutcome;
  /** Mean cost of it minus that of the policy on the same rows: positive is what the policy saves. Null without costs. */
  readonly saving: Estimate | null;
}

/** A threshold and what it would mean. */
export interface PolicyPoint {
  readonly threshold: number;
  readonly coverage: number;
  readonly error: number;
  readonly errorLower: number;
  readonly errorUpper: number;
  /** Mean cost per row when everything below is reviewed (or abstained on where review is not offered); null without costs. */
  readonly cost: number | null;
  readonly precision: number | null;
  readonly recall: number | null;
}

/** What happens to a capacity policy when the capacity changes. */
export interface CapacityPoint {
  /** Reviews per period. */
  readonly reviews: number;
  readonly thresholds: Thresholds;
  readonly coverage: number;
  readonly error: number | null;
  /** Mean cost per row; null without costs. */
  readonly cost: number | null;
}

/** Every other choice that changes a policy; with the objective, the costs and the rows it can be derived again. */
export interface PolicyChoices {
  readonly on: DecisionScore;
  /** What becomes of rows below the threshold where neither costs nor a capacity decide that. */
  readonly below: "review" | "abstain";
  /** Thresholds in use today, to compare with. */
  readonly current: Thresholds | null;
  /** Columns whose segments are reported. */
  readonly by: readonly string[];
  /** True where each segment got thresholds of its own. */
  readonly perSegment: boolean;
  /** Coverage of the intervals. */
  readonly level: number;
  readonly seed: number;
  /** True where the scores were fitted, chosen or calibrated on these very rows. */
  readonly fittedHere: boolean;
}

/** Everything `candor decide` knows, and everything `candor apply --policy` and `candor verify` need. Plain JSON. */
export interface PolicyDocument {
  readonly schema: "candor.policy/1";
  readonly version: string;
  readonly created: string | null;
  readonly task: Task;
  /** What the policy reads before `calibrator`, or where that is null. */
  readonly scoreKind: ScoreKind;
  readonly classNames: readonly string[];
  /** Rows it was made from; null for thresholds from costs alone. */
  readonly source: ReportDocument["source"] | null;
  readonly n: number;
  readonly effectiveN: number;
  readonly objective: Objective;
  /** Costs given beside another objective, for `expected.cost`; null without. */
  readonly costs: Costs | null;
  /** Reviews per period, given as the objective or beside a risk target; null without. */
  readonly capacity: Capacity | null;
  readonly choices: PolicyChoices;
  /** What the rule demands beside the score, and the share of rows that are reviewed for it; absent where nothing. */
  readonly inDistribution?: InDistributionDemand & { readonly outside: Estimate };
  /**
   * `sha256:` and 64 hexadecimal digits over scores and outcomes in row order, of policies from cells over their sums; null
   * for thresholds from costs alone.
   */
  readonly dataHash: string | null;
  readonly rule: DecisionRule;
  /** Of the rule for all rows; both null for `least-cost` rules of more than two classes. */
  readonly thresholds: Thresholds;
  /** Null for thresholds from costs alone. */
  readonly expected: ExpectedOutcome | null;
  readonly alternatives: readonly PolicyAlternative[];
  /** Null without a risk target. */
  readonly certificate: RiskCertificate | null;
  /** At most 200, those of the most rows; `warnings` say how many there are. */
  readonly perSegment: readonly SegmentPolicy[];
  /**
   * Further labels after which a certificate can be expected, where there is none; null otherwise. Of thresholds per
   * segment: labels of those segments that need the fewest.
   */
  readonly missingLabels: number | null;
  /** At most 200 points by ascending coverage. */
  readonly curve: readonly PolicyPoint[];
  /** Empty without a capacity. */
  readonly capacityCurve: readonly CapacityPoint[];
  readonly verdict: {
    /** `not-certified` and `unreachable` make `candor decide` exit with 1. */
    readonly status: "ready" | "certified" | "not-certified" | "unreachable";
    /** One plain sentence. */
    readonly sentence: string;
  };
  readonly warnings: readonly string[];
  /** Applied to the scores before the rule; null where they are used as they are. */
  readonly calibrator: Calibrator | null;
  /** `sha256:` and 64 hexadecimal digits over the canonical JSON of all other fields. */
  readonly fingerprint: string;
}
