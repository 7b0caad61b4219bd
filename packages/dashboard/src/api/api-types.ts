// Written by npm run api-types from the OpenAPI document: not edited by hand.

export type Activation = {
  readonly model: string;
  /** Null: all versions */
  readonly version: string | null;
  /** Null: all routes */
  readonly route: string | null;
  readonly calibratorId: string | null;
  /** Brings its own calibrator where it has one */
  readonly policyId: string | null;
  /** Milliseconds since 1970 */
  readonly activatedAt: number;
  /** Id of the key, or cli */
  readonly activatedBy: string;
};

/** What decides on routes without anything of their own; null: nothing */
export type ActiveNow = {
  /** The policy's own where it has one; null: none */ readonly calibratorId: string | null;
  /** Null: none */
  readonly policyId: string | null;
  /** When that was activated; milliseconds since 1970, UTC */
  readonly since: number;
  /** Whether for this version or for all versions of the model */
  readonly scope: "version" | "model";
  /** What the policy proves; null without a policy */
  readonly certificate: {
    /** `none`: the policy has no risk target */ readonly status: "certified" | "not-certified" | "none";
    readonly target: {
      /** At most this share of errors among what is acted on */ readonly maxError: number;
      /** How sure that is */
      readonly sure: number;
    } | null;
    /** What the policy says of itself */
    readonly sentence: string;
  } | null;
  /** Why decisions do not count as certified; null where they do */
  readonly uncertified: string | null;
};

export type Answer = {
  /** Everything acknowledged before this moment is in the reply; milliseconds since 1970, UTC */ readonly asOf: number;
  readonly schema: "candor.answer/1";
  /** Which of the answers of the response */
  readonly index: number;
  /** How many the response has */
  readonly answers: number;
  readonly provider: string;
  readonly format: string;
  readonly model: string | null;
  /** Why it ended, in the provider's word */
  readonly finish: string | null;
  /** What the confidence rests on */
  readonly evidence: {
    readonly kind: "logprobs" | "decision" | "judge" | "samples" | "verbalised" | "none";
    readonly n: number;
    readonly topK: number | null;
    readonly sentence: string;
  };
  readonly confidence: AnswerScore;
  readonly channels: readonly AnswerChannel[];
  readonly tokens: readonly AnswerToken[];
  /** Values of a JSON answer */
  readonly fields: readonly AnswerField[];
  readonly toolCalls: readonly {
    readonly name: string;
    readonly arguments: string;
    readonly fields: readonly AnswerField[];
  }[];
  /** Calls after the first 64, which toolCalls has */
  readonly moreToolCalls: number;
  readonly scores: readonly AnswerScore[];
  /** The part that is least sure */
  readonly weakest: {
    readonly kind: "field" | "tokens" | "answer";
    readonly path: string | null;
    readonly text: string;
    readonly probability: number;
    /** Positions in tokens of it */
    readonly tokens: readonly number[];
  } | null;
  /** Answers of a decision model */
  readonly questions: readonly {
    readonly name: string | null;
    readonly type: string;
    readonly value: string | boolean | number | null;
    readonly probability: number | null;
  }[];
  /** The provider's error */
  readonly fault: Readonly<Record<string, unknown>> | null;
  readonly notes: readonly AnswerNote[];
};

export type AnswerChannel = {
  readonly channel: "content" | "refusal" | "reasoning" | "tool";
  readonly text: string;
  /** The text cut where tokens meet; null where tokens cannot be laid on it */
  readonly spans:
    | readonly {
        readonly text: string;
        /** Positions in tokens; empty where the text came without tokens */
        readonly tokens: readonly number[];
        /** Product over its tokens */
        readonly probability: number | null;
      }[]
    | null;
};

export type AnswerField = {
  /** JSONPath */ readonly path: string;
  /** Exactly as in the answer */
  readonly json: string;
  /** Of the value, given all before */
  readonly probability: number | null;
  /** What the probability can be */
  readonly bounds: readonly number[];
  readonly quoteProbability: number | null;
  readonly separatorProbability: number | null;
  /** Values the model considered here, likeliest first; not complete: only its beginning */
  readonly alternatives: readonly { readonly json: string; readonly probability: number; readonly complete: boolean }[];
  /** Positions in tokens that decided the value */
  readonly tokens: readonly number[];
  readonly notes: readonly AnswerNote[];
};

/** Something odd about the answer or a field, as a code and a sentence */
export type AnswerNote = { readonly flag: string; readonly sentence: string };

/** The raw confidence: the score or field that was decided on */
export type AnswerScore = {
  readonly name: string;
  /** In a few words; empty for a name that says it */
  readonly meaning: string;
  /** Null where the evidence does not determine it */
  readonly value: number | null;
  /** Smallest and largest possible value, where that is a range */
  readonly bounds: readonly number[] | null;
  /** Why there is no value */
  readonly reason: string | null;
};

export type AnswerToken = {
  readonly text: string;
  /** Given all before it; null where unknown */
  readonly probability: number | null;
  /** The most that an unknown probability can be */
  readonly bound?: number | undefined;
  readonly channel: "content" | "refusal" | "reasoning" | "tool";
  /** What could have stood there, likeliest first */
  readonly top: readonly { readonly text: string; readonly probability: number | null }[];
};

export type ApiKey = {
  readonly id: string;
  readonly name: string;
  /** Null: all projects */
  readonly project: string | null;
  readonly roles: readonly ("read" | "write" | "review" | "admin")[];
  readonly createdAt: number;
  /** Its last four characters, to tell keys apart */
  readonly lastFour: string;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
};

export type Artefact = {
  readonly id: string;
  readonly kind: "calibrator" | "policy";
  readonly model: string;
  /** Null: of no version in particular */
  readonly version: string | null;
  /** When it was uploaded, milliseconds since 1970 */
  readonly createdAt: number;
  /** Id of the key, or cli */
  readonly createdBy: string;
  readonly note: string | null;
  readonly fingerprint: string;
  readonly scoreKind: "probability" | "confidence" | "probabilities" | "logits";
  readonly classNames: readonly string[];
  /** Segments that every request to decide must have */
  readonly segments: readonly string[];
  readonly summary: string;
  /** Labelled rows it was made from */
  readonly n: number;
  /** Null without a risk target */
  readonly isTargetCertified: boolean | null;
  /** Of the calibrator that a policy brings */
  readonly ownCalibratorId: string | null;
};

export type AuditEntry = {
  readonly sequence: number;
  readonly at: number;
  /** Id of the key, or cli */
  readonly actor: string;
  readonly project: string | null;
  readonly action: string;
  readonly subject: string;
  readonly details: Readonly<Record<string, unknown>>;
};

export type BatchReply = {
  readonly accepted: number;
  readonly rejected: number;
  readonly items: readonly {
    /** Position in the batch, from 0 */ readonly index: number;
    readonly id: string | null;
    readonly status: "accepted" | "rejected";
    /** Why it was rejected */
    readonly error?:
      | { readonly code: string; readonly message: string; readonly field?: string | undefined }
      | undefined;
    readonly content?: "not kept" | undefined;
  }[];
};

export type Capacity = {
  /** Reviews per period */ readonly reviews: number;
  /** Predictions per period */
  readonly volume: number;
  readonly period: string;
};

export type Costs = {
  /** Of acting on a wrong prediction, in any unit */ readonly error: number;
  /** Of a review; null: not offered */
  readonly review?: number | null | undefined;
  /** Of doing nothing; null: not offered */
  readonly abstain?: number | null | undefined;
  /** Of doing nothing where the prediction was right, beside `abstain` */
  readonly missed?: number | undefined;
  /** Share of reviews that end wrong */
  readonly reviewError?: number | undefined;
};

export type DataHealth = {
  /** Everything acknowledged before this moment is in the reply; milliseconds since 1970, UTC */ readonly asOf: number;
  /** Predictions kept */
  readonly predictions: number;
  /** Outcomes kept, corrections included */
  readonly outcomes: number;
  /** Predictions that came again, since the project began */
  readonly duplicates: number;
  /** Of these, those with other content; the first is kept */
  readonly conflicts: number;
  /** Events left out: older than what is kept, or of predictions that were erased */
  readonly refused: number;
  /** Outcomes that wait for their prediction */
  readonly orphans: number;
  /** When the oldest of them arrived; null where there is none; milliseconds since 1970, UTC */
  readonly oldestOrphan: number | null;
  /** Predictions whose evidence was missing */
  readonly withoutConfidence: number;
  /** How late outcomes come, by their `observedAt` */
  readonly labelDelay: readonly {
    /** After the prediction */ readonly hours: number;
    /** Of the labelled predictions that had their outcome by then */
    readonly share: number;
  }[];
  /** How late outcomes are, by model version */
  readonly models: readonly LabelDelays[];
  /** From `time` to arrival, of the newest 100 000 predictions; null where there is none */
  readonly lag: {
    /** Median, milliseconds */ readonly median: number;
    /** 99th percentile, milliseconds */
    readonly p99: number;
  } | null;
  /** Items not taken since the server started, by reason */
  readonly rejected: readonly Rejections[];
  readonly queue: IngestQueue;
  /** When the server started; milliseconds since 1970, UTC */
  readonly startedAt: number;
};

/** One of score, logits, probabilities and llm must be given */
export type DecideRequest = {
  /** Yours; the same request again gets the same answer. Only a dry run needs none */
  readonly id?: string | null | undefined;
  /** 1 to 200 characters, no control characters */
  readonly model: string;
  /** 1 to 200 characters, no control characters */
  readonly version: string;
  /** 1 to 200 characters, no control characters */
  readonly route?: string | null | undefined;
  /** At most 16 names with one value each */
  readonly segments?: Readonly<Record<string, string>> | null | undefined;
  /** Probability of the positive class, or of being right; null where it is missing */
  readonly score?: number | null | undefined;
  /** One per class: a list in the order of the calibrator, or by name */
  readonly logits?: readonly number[] | Readonly<Record<string, number>> | undefined;
  /** One per class, summing to 1; as logits */
  readonly probabilities?: readonly number[] | Readonly<Record<string, number>> | undefined;
  readonly llm?: LlmEvidence | undefined;
  /** P-value of being like the training data, as candor ood score gives it; null where it is not known. Policies made with --in-distribution demand it and have a person review what is outside */
  readonly inDistribution?: number | null | undefined;
  /** The class or value that was predicted; not with logits and probabilities, which say it themselves */
  readonly prediction?: string | null | undefined;
  /** What a score is a probability of, where nothing is active that says it. Default confidence */
  readonly task?: "confidence" | "binary" | null | undefined;
  /** ISO 8601 with a zone, or milliseconds since 1970; not before 2000, not more than a day ahead. Default: when it arrives */
  readonly time?: string | number | null | undefined;
  /** Probability that this prediction would get an outcome; null counts as 1 */
  readonly propensity?: number | null | undefined;
  /** Prompts, answers, features; kept only where the project's settings ask for it, for contentDays */
  readonly content?: Readonly<Record<string, unknown>> | null | undefined;
};

export type Decided = {
  /** Null where a dry run had none */ readonly id: string | null;
  readonly model: string;
  readonly version: string;
  readonly route: string | null;
  readonly task: "binary" | "confidence";
  /** Calibrated: of the positive class (binary), or that the prediction is right. Null: reason says why */
  readonly probability: number | null;
  /** What the probability can be */
  readonly interval: readonly number[] | null;
  /** What the interval covers, or why there is none */
  readonly intervalReason: string;
  /** Null without a policy */
  readonly decision: "act" | "review" | "abstain" | null;
  /** Whether what decided was made for this very model version, and proven where it has a target; null without a decision */
  readonly certified: boolean | null;
  /** Why this decision, or why none */
  readonly reason: string;
  readonly calibratorId: string | null;
  readonly policyId: string | null;
  readonly rawConfidence: number | null;
  /** The class */
  readonly prediction: string | null;
  /** Of cost matrices: the class that it is cheapest to treat it as; null unless to act */
  readonly treatAs: string | null;
  /** The prediction is on disk; false in a dry run */
  readonly recorded: boolean;
};

export type DecidedBatch = {
  readonly accepted: number;
  readonly rejected: number;
  readonly items: readonly (
    | {
        readonly index: number;
        readonly status: "accepted";
        /** Null where a dry run had none */
        readonly id: string | null;
        readonly model: string;
        readonly version: string;
        readonly route: string | null;
        readonly task: "binary" | "confidence";
        /** Calibrated: of the positive class (binary), or that the prediction is right. Null: reason says why */
        readonly probability: number | null;
        /** What the probability can be */
        readonly interval: readonly number[] | null;
        /** What the interval covers, or why there is none */
        readonly intervalReason: string;
        /** Null without a policy */
        readonly decision: "act" | "review" | "abstain" | null;
        /** Whether what decided was made for this very model version, and proven where it has a target; null without a decision */
        readonly certified: boolean | null;
        /** Why this decision, or why none */
        readonly reason: string;
        readonly calibratorId: string | null;
        readonly policyId: string | null;
        readonly rawConfidence: number | null;
        /** The class */
        readonly prediction: string | null;
        /** Of cost matrices: the class that it is cheapest to treat it as; null unless to act */
        readonly treatAs: string | null;
        /** The prediction is on disk; false in a dry run */
        readonly recorded: boolean;
      }
    | {
        readonly index: number;
        readonly id: string | null;
        readonly status: "rejected";
        readonly error: { readonly code: string; readonly message: string; readonly field?: string | undefined };
      }
  )[];
};

/** What thresholds are judged by: one entry per cell of the score */
export type DecisionCells = {
  readonly on: "confidence" | "positive";
  /** Smallest score of each cell, ascending: thresholds there part predictions exactly */
  readonly from: readonly number[];
  /** Smallest score above each cell */
  readonly to: readonly number[];
  /** All predictions */
  readonly predictions: readonly number[];
  /** Those with an outcome */
  readonly count: readonly number[];
  /** Those of them where acting is right */
  readonly right: readonly number[];
  /** Sum of their weights, one over the propensity each */
  readonly weight: readonly number[];
  /** The same of the right ones */
  readonly weightRight: readonly number[];
  /** Sum of the squared weights */
  readonly squared: readonly number[];
  /** The same of the right ones */
  readonly squaredRight: readonly number[];
  /** Predictions without a score: never acted on */
  readonly withoutScore: number;
};

/** Shares of all predictions; they add up to 1 */
export type DecisionShares = {
  /** Acted on */ readonly act: number;
  /** Sent to review */
  readonly review: number;
  /** Not answered */
  readonly abstain: number;
  /** Without a decision */
  readonly none: number;
};

export type Decisions = {
  /** Everything acknowledged before this moment is in the reply; milliseconds since 1970, UTC */ readonly asOf: number;
  readonly schema: "candor.decisions/1";
  readonly model: string;
  readonly version: string;
  /** What a confidence is a probability of: of the positive class, or that the prediction is right */
  readonly task: "binary" | "confidence";
  /** Start of the predictions; milliseconds since 1970, UTC */
  readonly from: number;
  /** Their end, not included; milliseconds since 1970, UTC */
  readonly to: number;
  /** Days between */
  readonly days: number;
  /** All predictions */
  readonly predictions: number;
  /** Those with an outcome and a score */
  readonly labelled: number;
  /** Predictions a day */
  readonly perDay: number;
  readonly cells: DecisionCells;
  readonly made: DecisionShares;
  readonly inEffect: PolicyState;
  /** Since when the calibrator in effect has been; null without one */
  readonly calibratorSince: number | null;
  readonly notes: readonly string[];
};

export type Error = {
  readonly error: {
    /** Stable, kebab-case, for programs */ readonly code: string;
    readonly message: string;
    /** Path of the field */
    readonly field?: string | undefined;
    /** Position in the batch, from 0 */
    readonly index?: number | undefined;
  };
};

export type Estimate = {
  readonly value: number;
  /** Lower end of the interval; null: no bound */
  readonly lower: number | null;
  /** Upper end of the interval; null: no bound */
  readonly upper: number | null;
  /** Of the interval */
  readonly level: number;
  /** Predictions with an outcome that it rests on */
  readonly n: number;
  /** The same after Kish, where they are weighted */
  readonly effectiveN: number;
  readonly interval: "exact" | "asymptotic" | "conservative" | "approximate" | "none";
  readonly spec: Spec;
};

export type GivenThresholds = {
  /** Act where the score is at least this; null: never act */ readonly act: number | null;
  /** Abstain where it is below; null: never. Between the two a person looks */
  readonly abstain: number | null;
};

/** Rows with a p-value at or below the level are reviewed, whatever their score */
export type InDistributionDemand = { readonly column: string; readonly level: number };

export type InferRequest = {
  readonly id?: string | null | undefined;
  /** route: of these predictions */
  readonly parameters?: Readonly<Record<string, string | number | boolean>> | null | undefined;
  /** One of score [n], logits [n, k] and probabilities [n, k]; beside it, as BYTES [n], id, prediction and segment:NAME, and inDistribution [n] */
  readonly inputs: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly datatype: "FP32" | "FP64" | "BYTES";
    readonly parameters?: Readonly<Record<string, string | number | boolean>> | null | undefined;
    /** Row by row, flat or nested as the shape is */
    readonly data: readonly unknown[];
  }[];
  readonly outputs?:
    | readonly {
        readonly name: string;
        readonly parameters?: Readonly<Record<string, string | number | boolean>> | null | undefined;
      }[]
    | null
    | undefined;
};

export type InferResponse = {
  readonly model_name: string;
  readonly model_version: string;
  readonly id?: string | undefined;
  readonly parameters: Readonly<Record<string, string>>;
  readonly outputs: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly datatype: string;
    readonly data: readonly (number | string | boolean | null)[];
  }[];
};

/** The way into the store, of all projects together */
export type IngestQueue = {
  /** Taken, on disk, and not in the engine yet */ readonly pendingEvents: number;
  /** Age of the oldest of them, milliseconds */
  readonly lagMs: number;
  /** Events that the engine could not take since the start, kept beside the log */
  readonly setAside: number;
  /** False while the disk is full or cannot be written */
  readonly writable: boolean;
  /** Why it is not */
  readonly problem: string | null;
};

export type KserveError = { readonly error: string };

export type LabelDelays = {
  readonly model: string;
  readonly version: string;
  /** Predictions kept */
  readonly predictions: number;
  /** Of these, those with an outcome that counts */
  readonly labelled: number;
  /** From the prediction until its outcome was observed; null without labels */
  readonly observed: {
    /** Median, milliseconds */ readonly median: number;
    /** 90th percentile, milliseconds */
    readonly p90: number;
    /** 99th percentile, milliseconds */
    readonly p99: number;
  } | null;
  /** From the prediction until its outcome arrived here; null without labels */
  readonly received: {
    /** Median, milliseconds */ readonly median: number;
    /** 90th percentile, milliseconds */
    readonly p90: number;
    /** 99th percentile, milliseconds */
    readonly p99: number;
  } | null;
};

export type LlmEvidence = {
  /** The parsed JSON of a provider's response, as it came. Read, and kept only where the project keeps content: as content.response, for contentDays, so that GET /api/v1/predictions/{id}/answer can show it */
  readonly response: Readonly<Record<string, unknown>> | readonly unknown[];
  /** The raw confidence. Default: the one of the calibrator, else lengthNormalised */
  readonly score?:
    | "sequence"
    | "lengthNormalised"
    | "minToken"
    | "minWindow"
    | "meanMargin"
    | "minMargin"
    | "firstToken"
    | "decisionToken"
    | null
    | undefined;
  /** JSONPath of the one field of a JSON answer that matters */
  readonly field?: string | null | undefined;
  /** Which of several answers. Default 0 */
  readonly index?: number | null | undefined;
  /** Which question of a decision model */
  readonly question?: string | null | undefined;
};

/** A number with its interval, or why there is none */
export type Measured =
  | {
      readonly value: number;
      /** Lower end of the interval; null: no bound */
      readonly lower: number | null;
      /** Upper end of the interval; null: no bound */
      readonly upper: number | null;
      /** What it rests on */
      readonly n: number;
    }
  | {
      readonly value: null;
      /** Why there is no number */
      readonly reason: string;
      /** What there was */
      readonly n: number;
    };

export type ModelMetadata = {
  readonly name: string;
  readonly versions: readonly string[];
  readonly platform: "candor";
  readonly inputs: readonly { readonly name: string; readonly datatype: string; readonly shape: readonly number[] }[];
  readonly outputs: readonly { readonly name: string; readonly datatype: string; readonly shape: readonly number[] }[];
};

export type ModelTraffic = {
  readonly model: string;
  readonly version: string;
  /** What a confidence is a probability of: of the positive class, or that the prediction is right */
  readonly task: "binary" | "confidence";
  /** Of its oldest prediction; milliseconds since 1970, UTC */
  readonly firstTime: number;
  /** Of its newest prediction; milliseconds since 1970, UTC */
  readonly lastTime: number;
  /** Segment keys with the number of their values */
  readonly segments: Readonly<Record<string, number>>;
  /** In the window */
  readonly predictions: number;
  /** Of these, those with an outcome that counts */
  readonly labelled: number;
  /** `labelled` over `predictions` */
  readonly maturity: number;
  /** The same over the days whose outcomes can be expected to be in; null where there is none */
  readonly matureMaturity: number | null;
  /** Days with any predictions, oldest first */
  readonly traffic: readonly {
    /** Start of the day, UTC; milliseconds since 1970, UTC */ readonly day: number;
    /** Of that day */
    readonly predictions: number;
    /** Of that day */
    readonly labelled: number;
  }[];
  readonly verdict: Verdict | null;
  readonly accuracy: Measured;
  /** What the confidence of all predictions leads to expect; null without any */
  readonly estimatedAccuracy: number | null;
  readonly gap: Measured;
  readonly ece: Measured;
  /** Calibration error that a perfect model would show; null without outcomes */
  readonly noiseFloor: number | null;
  /** Whether outcomes are weighted by one over the probability that they were chosen with */
  readonly weighted: boolean;
  /** Against calibrated confidences: how often a perfect model would look at least this bad; null without outcomes */
  readonly pValue: number | null;
  readonly decisions: DecisionShares;
  /** Of predictions whose decision does not rest on a calibrator and policy of this version */
  readonly uncertified: number;
  /** Predictions whose evidence was missing */
  readonly withoutConfidence: number;
  readonly active: ActiveNow | null;
  /** When another calibrator last began to decide for this version, on routes without one of their own; null: none ever did; milliseconds since 1970, UTC */
  readonly recalibratedAt: number | null;
  /** Routes that have a calibrator or policy of their own */
  readonly routes: readonly string[];
};

export type ModelVersion = {
  readonly model: string;
  readonly version: string;
  /** What a confidence is a probability of: of the positive class, or that the prediction is right */
  readonly task: "binary" | "confidence";
  /** Hour of its oldest prediction; milliseconds since 1970, UTC */
  readonly firstTime: number;
  /** Hour of its newest prediction; milliseconds since 1970, UTC */
  readonly lastTime: number;
  /** Of all time */
  readonly predictions: number;
  /** Of these, those with an outcome that counts */
  readonly labelled: number;
  /** Segment keys with the number of their values */
  readonly segments: Readonly<Record<string, number>>;
};

export type ModelVersions = {
  /** Everything acknowledged before this moment is in the reply; milliseconds since 1970, UTC */ readonly asOf: number;
  readonly models: readonly ModelVersion[];
};

export type Models = {
  /** Everything acknowledged before this moment is in the reply; milliseconds since 1970, UTC */ readonly asOf: number;
  readonly schema: "candor.fleet/1";
  readonly level: number;
  /** What is covered: the window that was asked for, widened to whole days (UTC) */
  readonly window: {
    /** Start; null: none; milliseconds since 1970, UTC */ readonly from: number | null;
    /** End, not included; null: none; milliseconds since 1970, UTC */
    readonly to: number | null;
    /** From here on outcomes may be missing, so that nothing is estimated from those that came; null: nowhere; milliseconds since 1970, UTC */
    readonly matureBefore: number | null;
  };
  readonly models: readonly ModelTraffic[];
  readonly notes: readonly string[];
};

export type NoiseFloor = {
  /** Expected calibration error of a perfect model */ readonly value: number;
  readonly lower: number;
  readonly upper: number;
  readonly level: number;
  /** Labelled predictions */
  readonly n: number;
  /** Probability that a perfect model shows at least the error that is there */
  readonly pValue: number;
  readonly wantedWidth: number;
  /** Further labels for an interval of this width */
  readonly moreLabels: number;
  readonly spec: Spec;
};

export type OnePrediction = {
  /** Everything acknowledged before this moment is in the reply; milliseconds since 1970, UTC */ readonly asOf: number;
  readonly prediction: StoredPrediction;
  /** Why this decision: what the recorded policy says of the confidence. Null without one */
  readonly reason: string | null;
};

export type Outcome = {
  /** 1 to 200 characters, no control characters */ readonly predictionId: string;
  /** true or 1, false or 0, a label that is compared with the prediction, null: withdrawn */
  readonly value: boolean | 0 | 1 | string | null;
  /** What was observed. Default: outcome */
  readonly name?: string | null | undefined;
  /** Who says so. Default: truth */
  readonly source?: string | null | undefined;
  /** ISO 8601 with a zone, or milliseconds since 1970; not before 2000, not more than a day ahead. Default: when it arrives */
  readonly observedAt?: string | number | null | undefined;
};

export type PolicyCosts = {
  readonly error: number;
  readonly review: number | null;
  readonly abstain: number | null;
  readonly missed: number;
  readonly reviewError: number;
};

export type PolicyState = {
  readonly policyId: string | null;
  readonly calibratorId: string | null;
  /** Milliseconds since 1970; null: nothing is active */
  readonly activatedAt: number | null;
  /** What the policy was made to reach, in words */
  readonly objective: string | null;
  readonly on: "confidence" | "positive" | null;
  readonly thresholds: Thresholds | null;
  readonly costs: PolicyCosts | null;
  readonly capacity: Capacity | null;
  readonly inDistribution: InDistributionDemand | null;
  readonly certificate: RiskCertificate | null;
  readonly state: {
    readonly status: "none" | "certified" | "not-certified" | "no-bound" | "elsewhere";
    readonly sentence: string;
  };
  readonly warnings: readonly string[];
};

export type Prediction = {
  /** Yours; sending it again changes nothing */ readonly id: string;
  /** 1 to 200 characters, no control characters */
  readonly model: string;
  /** 1 to 200 characters, no control characters */
  readonly version: string;
  /** What was acted on, in [0, 1]; null where it is missing */
  readonly confidence: number | null;
  /** ISO 8601 with a zone, or milliseconds since 1970; not before 2000, not more than a day ahead. Default: when it arrives */
  readonly time?: string | number | null | undefined;
  /** As the model gave it; default: the confidence */
  readonly rawConfidence?: number | null | undefined;
  /** confidence (default): that the prediction is right; binary: of the positive class */
  readonly task?: "confidence" | "binary" | null | undefined;
  /** The class or value that was predicted; with the task binary the positive class. Outcomes that are labels are compared with it */
  readonly prediction?: string | null | undefined;
  /** 1 to 200 characters, no control characters */
  readonly route?: string | null | undefined;
  /** At most 16 names with one value each */
  readonly segments?: Readonly<Record<string, string>> | null | undefined;
  readonly decision?: "act" | "review" | "abstain" | null | undefined;
  /** What the confidence can be: two numbers, the smaller first */
  readonly interval?: readonly number[] | null | undefined;
  /** Probability that this prediction would get an outcome; null counts as 1 */
  readonly propensity?: number | null | undefined;
  /** 1 to 200 characters, no control characters */
  readonly calibratorId?: string | null | undefined;
  /** 1 to 200 characters, no control characters */
  readonly policyId?: string | null | undefined;
  /** Compact numbers that the confidence rests on */
  readonly evidence?: Readonly<Record<string, number | string | boolean | null>> | null | undefined;
  /** Prompts, answers, features; kept only where the project's settings ask for it, for contentDays. As response the parsed JSON of a language model's provider: GET /api/v1/predictions/{id}/answer shows it */
  readonly content?: Readonly<Record<string, unknown>> | null | undefined;
};

export type PredictionPage = {
  /** Everything acknowledged before this moment is in the reply; milliseconds since 1970, UTC */ readonly asOf: number;
  readonly predictions: readonly StoredPrediction[];
  /** For the next page, with the same parameters; null on the last */
  readonly cursor: string | null;
};

export type Project = {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
  readonly demo: boolean;
  readonly settings: ProjectSettings;
};

export type ProjectSettings = {
  /** Hours after which the outcomes of a prediction can be expected to be in; younger ones are immature */
  readonly maturityHours: number;
  /** The outcome that counts */
  readonly outcomeName: string;
  /** Days that predictions and outcomes are kept; null: for ever */
  readonly retentionDays: number | null;
  /** Days that prompts, answers and features are kept; null: not at all */
  readonly contentDays: number | null;
  /** What becomes of act under a calibrator that does not belong to the model version */
  readonly whenUncertified: "review" | "as-is";
};

export type Rejections = {
  readonly kind: "prediction" | "outcome";
  /** Code of the error that they were answered with */
  readonly reason: string;
  /** Items rejected for it */
  readonly count: number;
  /** What the newest of them was answered */
  readonly message: string;
  /** When that was; milliseconds since 1970, UTC */
  readonly at: number;
};

export type Reliability = {
  /** Everything acknowledged before this moment is in the reply; milliseconds since 1970, UTC */ readonly asOf: number;
  readonly schema: "candor.reliability/1";
  readonly source: "calibrated" | "raw";
  readonly axis: "confidence" | "probability";
  readonly level: number;
  /** What is counted: from here on, as `from` of /predictions; null: from the first; milliseconds since 1970, UTC */
  readonly from: number | null;
  /** Up to here, not included; null: no end; milliseconds since 1970, UTC */
  readonly to: number | null;
  /** What is left out because its outcomes may be missing, or what misleads; null: nothing */
  readonly young: string | null;
  /** All, labelled or not */
  readonly predictions: number;
  /** With an outcome that counts */
  readonly labelled: number;
  /** Without evidence */
  readonly withoutConfidence: number;
  readonly verdict: Verdict | null;
  /** Against calibration, without bins; right for few predictions too */
  readonly pValue: number | null;
  /** Mean confidence */
  readonly stated: number | null;
  /** Share of outcomes that were 1 */
  readonly observed: number | null;
  /** Bins without labelled predictions are left out */
  readonly bins: readonly ReliabilityBin[];
  readonly ece: Estimate | null;
  readonly eceDebiased: Estimate | null;
  readonly noiseFloor: NoiseFloor | null;
  /** Mean probability minus share of outcomes that were 1 */
  readonly gap: Estimate | null;
  readonly histogram: ScoreHistogram | null;
  /** Kernel regression with a pointwise band */
  readonly smooth: readonly {
    readonly x: number;
    readonly y: number;
    readonly lower: number;
    readonly upper: number;
  }[];
  /** Isotonic regression; the band is where it would lie if the confidences were right */
  readonly corp: readonly { readonly x: number; readonly y: number; readonly lower: number; readonly upper: number }[];
  readonly specs: { readonly bins: Spec; readonly smooth: Spec | null; readonly corp: Spec | null };
  /** How far the numbers can be from those of single predictions */
  readonly errorBound: { readonly ece: number; readonly auroc: number; readonly probability: number };
  readonly notes: readonly string[];
};

export type ReliabilityBin = {
  /** Lower edge, not included except 0 */ readonly lower: number;
  /** Upper edge, included */
  readonly upper: number;
  /** `confidenceFrom` of /predictions for exactly this bin */
  readonly from: number;
  /** `confidenceTo` of /predictions for exactly this bin */
  readonly to: number;
  /** Labelled predictions */
  readonly count: number;
  /** Of the total weight */
  readonly share: number;
  /** Mean confidence */
  readonly meanConfidence: number;
  /** Share of outcomes that were 1 */
  readonly observed: number;
  /** Lower end of its interval */
  readonly observedLower: number;
  /** Upper end of its interval */
  readonly observedUpper: number;
};

export type Report = {
  /** Everything acknowledged before this moment is in the reply; milliseconds since 1970, UTC */ readonly asOf: number;
  readonly report: ReportDocument;
};

/** The document of `candor report --json`, computed from cells: it says how far that can be off */
export type ReportDocument = {
  readonly schema: "candor.report/1";
  /** Of Candor */
  readonly version: string;
  readonly task: "binary" | "multiclass" | "confidence";
  /** Labelled predictions */
  readonly n: number;
  readonly verdict: Verdict;
} & Readonly<Record<string, unknown>>;

/** The proof of a bound on errors */
export type RiskCertificate = {
  readonly certified: boolean;
  /** Largest share of errors among predictions acted on */
  readonly maxError: number;
  /** How sure */
  readonly sure: number;
  /** Labelled rows it rests on */
  readonly n: number;
  /** Rows acted on among them */
  readonly accepted: number;
  /** Errors among those */
  readonly errors: number;
  /** Share acted on */
  readonly coverage: number;
  readonly threshold: number | null;
  readonly upperBound: number | null;
  readonly method: string;
  readonly seed: number;
  readonly dataHash: string;
  readonly assumptions: readonly string[];
  readonly spec: Spec;
};

/** Labelled predictions by confidence, in 40 bins of equal width */
export type ScoreHistogram = {
  /** One more than there are bins */ readonly edges: readonly number[];
  /** Of the total weight */
  readonly shares: readonly number[];
  /** As of a bin; null where it is empty */
  readonly observed: readonly (number | null)[];
};

export type SegmentRow = {
  readonly model: string;
  readonly version: string;
  /** What a confidence is a probability of: of the positive class, or that the prediction is right */
  readonly task: "binary" | "confidence";
  readonly key: string;
  readonly value: string;
  /** All, labelled or not */
  readonly predictions: number;
  /** Labelled */
  readonly n: number;
  readonly stated: Estimate & unknown;
  readonly observed: Estimate & unknown;
  readonly accuracy: Estimate;
  readonly meanConfidence: Estimate;
  readonly ece: Estimate;
  /** Calibration error that a perfect model would show on as many */
  readonly noiseFloor: number;
  readonly gap: Estimate & unknown;
  /** Against calibration */
  readonly pValue: number;
  /** The same, adjusted for all segments that were tested */
  readonly qValue: number;
  /** Of all flagged, at most 5 % are expected to be false alarms */
  readonly flagged: boolean;
  readonly sentence: string;
  /** Ten bins, those without labels left out; null past the first `diagrams` segments */
  readonly bins:
    | readonly {
        /** Lower edge, not included except 0 */ readonly lower: number;
        /** Upper edge, included */
        readonly upper: number;
        /** Labelled predictions */
        readonly count: number;
        /** Of the total weight */
        readonly share: number;
        /** Mean confidence */
        readonly meanConfidence: number;
        /** Share of outcomes that were 1 */
        readonly observed: number;
        /** Lower end of its interval */
        readonly observedLower: number;
        /** Upper end of its interval */
        readonly observedUpper: number;
      }[]
    | null;
};

export type Segments = {
  /** Everything acknowledged before this moment is in the reply; milliseconds since 1970, UTC */ readonly asOf: number;
  readonly schema: "candor.segments/1";
  readonly level: number;
  readonly minimumLabels: number;
  /** The strongest evidence first */
  readonly segments: readonly SegmentRow[];
  /** With too few labels to be tested */
  readonly untested: readonly {
    readonly model: string;
    readonly version: string;
    /** What a confidence is a probability of: of the positive class, or that the prediction is right */
    readonly task: "binary" | "confidence";
    readonly key: string;
    readonly value: string;
    /** All, labelled or not */
    readonly predictions: number;
    /** Labelled */
    readonly n: number;
  }[];
  readonly notes: readonly string[];
};

export type Series = {
  /** Everything acknowledged before this moment is in the reply; milliseconds since 1970, UTC */ readonly asOf: number;
  readonly schema: "candor.series/1";
  readonly bucket: "hour" | "day" | "week";
  readonly level: number;
  readonly specs: Readonly<Record<string, Spec>>;
  readonly series: readonly { readonly stream: Stream; readonly points: readonly SeriesPoint[] }[];
};

export type SeriesPoint = {
  /** Start of the stretch; milliseconds since 1970, UTC */ readonly start: number;
  /** Its end, not included; milliseconds since 1970, UTC */
  readonly end: number;
  /** All predictions */
  readonly predictions: number;
  /** Those with an outcome so far */
  readonly labelled: number;
  /** `labelled` over `predictions` */
  readonly maturity: number;
  /** Whether all its outcomes can be expected to be in. Where not, nothing is estimated from those so far */
  readonly mature: boolean;
  /** Without evidence */
  readonly withoutConfidence: number;
  /** Whose decision does not rest on a calibrator and policy of this version */
  readonly uncertified?: number | undefined;
  readonly decisions?: DecisionShares | undefined;
  /** Mean confidence of all predictions, labelled or not */
  readonly served?: number | null | undefined;
  /** Of the confidence of all predictions */
  readonly quantiles?:
    | { readonly p05: number; readonly p25: number; readonly p50: number; readonly p75: number; readonly p95: number }
    | null
    | undefined;
  readonly accuracy?: Measured | undefined;
  readonly meanConfidence?: Measured | undefined;
  readonly gap?: Measured | undefined;
  readonly slope?: Measured | undefined;
  readonly ece?: Measured | undefined;
  readonly noiseFloor?: number | null | undefined;
  readonly brier?: Measured | undefined;
  /** Null where outcomes are still to come, and where there are none */
  readonly evidence?:
    | {
        /** Against calibration; right for few outcomes too */ readonly pValue: number;
        /** Adjusted for all stretches of the series */
        readonly qValue: number;
        /** Of the stretches of a series that are flagged, at most 5 % are expected to be false alarms */
        readonly flagged: boolean;
      }
    | null
    | undefined;
  /** Shares of the confidences in equal bins; with `histogramBins` */
  readonly histogram?: readonly number[] | undefined;
};

export type Session = {
  /** Id of the key, or cli */ readonly actor: string;
  /** The project of the key; null: all */
  readonly project: string | null;
  readonly roles: readonly string[];
  /** Goes back as X-CSRF-Token; null without a session */
  readonly csrfToken: string | null;
  readonly expiresAt: number | null;
};

/** What a number is: the metric and every choice that changes its value */
export type Spec = { readonly metric: string } & Readonly<Record<string, unknown>>;

export type StoredOutcome = {
  readonly name: string;
  readonly source: string;
  /** 1 or 0, a label, or null where the source took back what it said */
  readonly value: 0 | 1 | string | null;
  /** When it was observed; milliseconds since 1970, UTC */
  readonly observedAt: number;
  /** When it arrived; milliseconds since 1970, UTC */
  readonly receivedAt: number;
};

export type StoredPrediction = {
  readonly id: string;
  readonly model: string;
  readonly version: string;
  readonly route: string | null;
  readonly segments: Readonly<Record<string, string>>;
  /** When it was made; milliseconds since 1970, UTC */
  readonly time: number;
  /** When it arrived; milliseconds since 1970, UTC */
  readonly receivedAt: number;
  /** What a confidence is a probability of: of the positive class, or that the prediction is right */
  readonly task: "binary" | "confidence";
  /** The class or value */
  readonly prediction: string | null;
  /** As the model gave it */
  readonly rawConfidence: number | null;
  /** What was acted on; null where the evidence was missing */
  readonly confidence: number | null;
  /** What the confidence can be */
  readonly interval: readonly number[] | null;
  readonly decision: "act" | "review" | "abstain" | null;
  /** Whether calibrator and policy were made for this model version */
  readonly certified: boolean | null;
  readonly calibratorId: string | null;
  readonly policyId: string | null;
  /** Probability of being labelled; null counts as 1 */
  readonly propensity: number | null;
  readonly evidence: Readonly<Record<string, number | string | boolean | null>> | null;
  /** What counts: 1 right (or positive), 0 not, null while unknown */
  readonly outcome: 0 | 1 | null;
  /** All that was said, oldest observation first */
  readonly outcomes: readonly StoredOutcome[];
  /** Prompt, answer, features; null unless the project keeps them */
  readonly content: Readonly<Record<string, unknown>> | null;
};

export type Stream = {
  readonly model: string;
  readonly version: string;
  /** What a confidence is a probability of: of the positive class, or that the prediction is right */
  readonly task: "binary" | "confidence";
  /** The segment value that it is of; null: all predictions of the version */
  readonly segment: { readonly key: string; readonly value: string } | null;
};

/** Act from `act`, abstain below `abstain`, review between; null: never. Above 1: above every score */
export type Thresholds = { readonly act: number | null; readonly abstain: number | null };

/** Can these confidences be trusted? */
export type Verdict = {
  readonly status: "calibrated" | "overconfident" | "underconfident" | "miscalibrated" | "too-few-labels";
  readonly sentence: string;
};

/** By path: what can be asked with GET, and what is answered. */
export interface Gets {
  readonly "/api/v1/session": { readonly query: Readonly<Record<never, never>>; readonly reply: Session };
  readonly "/api/v1/projects": {
    readonly query: Readonly<Record<never, never>>;
    readonly reply: { readonly projects: readonly Project[] };
  };
  readonly "/api/v1/keys": {
    readonly query: { readonly all?: "true" | "false"; readonly project?: string };
    readonly reply: { readonly keys: readonly ApiKey[] };
  };
  readonly "/api/v1/audit": {
    readonly query: {
      readonly limit?: number;
      readonly before?: number;
      readonly all?: "true" | "false";
      readonly project?: string;
    };
    readonly reply: { readonly entries: readonly AuditEntry[] };
  };
  readonly "/api/v1/predictions": {
    readonly query: {
      readonly model?: string;
      readonly version?: string;
      readonly route?: string;
      readonly segment?: readonly string[];
      readonly from?: string;
      readonly to?: string;
      readonly window?: string;
      readonly confidenceFrom?: number;
      readonly confidenceTo?: number;
      readonly source?: "calibrated" | "raw";
      readonly decision?: "act" | "review" | "abstain";
      readonly outcome?: "0" | "1" | "none" | "any";
      readonly limit?: number;
      readonly cursor?: string;
      readonly content?: "true" | "false";
      readonly fresh?: "true" | "false";
    };
    readonly reply: PredictionPage;
  };
  readonly "/api/v1/predictions/{id}": {
    readonly query: { readonly fresh?: "true" | "false" };
    readonly reply: OnePrediction;
  };
  readonly "/api/v1/calibrators": {
    readonly query: { readonly model?: string };
    readonly reply: { readonly calibrators: readonly Artefact[] };
  };
  readonly "/api/v1/calibrators/{id}": { readonly query: Readonly<Record<never, never>>; readonly reply: Artefact };
  readonly "/api/v1/calibrators/{id}/document": {
    readonly query: Readonly<Record<never, never>>;
    readonly reply: Readonly<Record<string, unknown>>;
  };
  readonly "/api/v1/policies": {
    readonly query: { readonly model?: string };
    readonly reply: { readonly policies: readonly Artefact[] };
  };
  readonly "/api/v1/policies/{id}": { readonly query: Readonly<Record<never, never>>; readonly reply: Artefact };
  readonly "/api/v1/policies/{id}/document": {
    readonly query: Readonly<Record<never, never>>;
    readonly reply: Readonly<Record<string, unknown>>;
  };
  readonly "/api/v1/activations": {
    readonly query: { readonly model?: string };
    readonly reply: { readonly current: readonly Activation[]; readonly history: readonly Activation[] };
  };
  readonly "/api/v1/activations/in-effect": {
    readonly query: { readonly model?: string; readonly version?: string; readonly route?: string };
    readonly reply: { readonly inEffect: Activation | null };
  };
  readonly "/api/v1/models": {
    readonly query: {
      readonly from?: string;
      readonly to?: string;
      readonly window?: string;
      readonly immature?: "true" | "false";
      readonly fresh?: "true" | "false";
    };
    readonly reply: Models;
  };
  readonly "/api/v1/versions": { readonly query: { readonly fresh?: "true" | "false" }; readonly reply: ModelVersions };
  readonly "/api/v1/report": {
    readonly query: {
      readonly model?: string;
      readonly version?: string;
      readonly route?: string;
      readonly segment?: readonly string[];
      readonly from?: string;
      readonly to?: string;
      readonly window?: string;
      readonly by?: readonly string[];
      readonly level?: number;
      readonly immature?: "true" | "false";
      readonly fresh?: "true" | "false";
    };
    readonly reply: Report;
  };
  readonly "/api/v1/reliability": {
    readonly query: {
      readonly model?: string;
      readonly version?: string;
      readonly route?: string;
      readonly segment?: readonly string[];
      readonly from?: string;
      readonly to?: string;
      readonly window?: string;
      readonly source?: "calibrated" | "raw";
      readonly bins?: number;
      readonly scheme?: "equal-width" | "equal-mass";
      readonly level?: number;
      readonly immature?: "true" | "false";
      readonly fresh?: "true" | "false";
    };
    readonly reply: Reliability;
  };
  readonly "/api/v1/series": {
    readonly query: {
      readonly model?: string;
      readonly version?: string;
      readonly route?: string;
      readonly segment?: readonly string[];
      readonly from?: string;
      readonly to?: string;
      readonly window?: string;
      readonly by?: string;
      readonly bucket?: "hour" | "day" | "week";
      readonly metrics?: string;
      readonly bins?: number;
      readonly histogramBins?: number;
      readonly level?: number;
      readonly immature?: "true" | "false";
      readonly fresh?: "true" | "false";
    };
    readonly reply: Series;
  };
  readonly "/api/v1/segments": {
    readonly query: {
      readonly model?: string;
      readonly version?: string;
      readonly from?: string;
      readonly to?: string;
      readonly window?: string;
      readonly by?: readonly string[];
      readonly minimumLabels?: number;
      readonly diagrams?: number;
      readonly level?: number;
      readonly immature?: "true" | "false";
      readonly fresh?: "true" | "false";
    };
    readonly reply: Segments;
  };
  readonly "/api/v1/decisions": {
    readonly query: {
      readonly model?: string;
      readonly version?: string;
      readonly route?: string;
      readonly segment?: readonly string[];
      readonly from?: string;
      readonly to?: string;
      readonly window?: string;
      readonly on?: "confidence" | "positive";
      readonly immature?: "true" | "false";
      readonly fresh?: "true" | "false";
    };
    readonly reply: Decisions;
  };
  readonly "/api/v1/predictions/{id}/answer": {
    readonly query: { readonly index?: number; readonly fresh?: "true" | "false" };
    readonly reply: Answer;
  };
  readonly "/api/v1/data-health": { readonly query: { readonly fresh?: "true" | "false" }; readonly reply: DataHealth };
  readonly "/api/v1/export": {
    readonly query: {
      readonly format?: "csv" | "parquet" | "ndjson";
      readonly model?: string;
      readonly version?: string;
      readonly route?: string;
      readonly segment?: readonly string[];
      readonly from?: string;
      readonly to?: string;
      readonly window?: string;
      readonly fresh?: "true" | "false";
    };
    readonly reply: undefined;
  };
  readonly "/api/v1/backup": { readonly query: Readonly<Record<never, never>>; readonly reply: undefined };
}

/** By path: what can be asked with POST, and what is answered. */
export interface Posts {
  readonly "/api/v1/session": {
    readonly query: Readonly<Record<never, never>>;
    readonly reply: Session;
    readonly body: { readonly key: string };
  };
  readonly "/api/v1/projects": {
    readonly query: Readonly<Record<never, never>>;
    readonly reply: Project;
    readonly body: {
      readonly id: string;
      /** 1 to 200 characters, no control characters */
      readonly name?: string | undefined;
      readonly demo?: boolean | undefined;
      readonly settings?:
        | {
            /** Hours after which the outcomes of a prediction can be expected to be in; younger ones are immature */
            readonly maturityHours?: number | undefined;
            /** The outcome that counts */
            readonly outcomeName?: string | undefined;
            /** Days that predictions and outcomes are kept; null: for ever */
            readonly retentionDays?: number | null | undefined;
            /** Days that prompts, answers and features are kept; null: not at all */
            readonly contentDays?: number | null | undefined;
            /** What becomes of act under a calibrator that does not belong to the model version */
            readonly whenUncertified?: "review" | "as-is" | undefined;
          }
        | undefined;
    };
  };
  readonly "/api/v1/keys": {
    readonly query: Readonly<Record<never, never>>;
    readonly reply: { readonly key: ApiKey; readonly secret: string };
    readonly body: {
      /** 1 to 200 characters, no control characters */ readonly name: string;
      readonly roles: readonly ("read" | "write" | "review" | "admin")[];
      /** Default: the project of the request. Null: all; only a key of all projects can do that */
      readonly project?: string | null | undefined;
      /** Milliseconds since 1970 */
      readonly expiresAt?: number | null | undefined;
    };
  };
  readonly "/api/v1/predictions": {
    readonly query: Readonly<Record<never, never>>;
    readonly reply: BatchReply;
    readonly body: Prediction | readonly Prediction[];
  };
  readonly "/api/v1/outcomes": {
    readonly query: Readonly<Record<never, never>>;
    readonly reply: BatchReply;
    readonly body: Outcome | readonly Outcome[];
  };
  readonly "/api/v1/decide": {
    readonly query: { readonly dryRun?: "true" | "false" };
    readonly reply: Decided | DecidedBatch | DecidedBatch;
    readonly body: DecideRequest | readonly DecideRequest[];
  };
  readonly "/api/v1/calibrators": {
    readonly query: Readonly<Record<never, never>>;
    readonly reply: Artefact;
    readonly body: {
      /** A calibrator of `candor fit -o` */ readonly document: Readonly<Record<string, unknown>>;
      /** Whose scores it was made from */
      readonly model: string;
      /** The version whose scores it was made from; null: of none in particular, and what it decides is uncertified */
      readonly version?: string | null | undefined;
      readonly note?: string | null | undefined;
    };
  };
  readonly "/api/v1/policies/thresholds": {
    readonly query: Readonly<Record<never, never>>;
    readonly reply: Artefact;
    readonly body: {
      /** 1 to 200 characters, no control characters */ readonly model: string;
      /** 1 to 200 characters, no control characters */
      readonly version: string;
      readonly thresholds: GivenThresholds;
      /** What they are on. Default: what the policy in effect reads */
      readonly on?: "confidence" | "positive" | undefined;
      readonly costs?: Costs | undefined;
      readonly capacity?: Capacity | undefined;
      readonly note?: string | null | undefined;
      /** As in queries */
      readonly immature?: boolean | undefined;
      /** Start, included: ISO 8601 with a zone, a date (UTC), or milliseconds since 1970 */
      readonly from?: string | undefined;
      /** End, not included; as `from`. Default: no end */
      readonly to?: string | undefined;
      /** The last hours (h), days (d) or weeks (w), such as 7d, in place of `from` */
      readonly window?: string | undefined;
    };
  };
  readonly "/api/v1/policies": {
    readonly query: Readonly<Record<never, never>>;
    readonly reply: Artefact;
    readonly body: {
      /** A policy of `candor decide -o` */ readonly document: Readonly<Record<string, unknown>>;
      /** Whose scores it was made from */
      readonly model: string;
      /** The version whose scores it was made from; null: of none in particular, and what it decides is uncertified */
      readonly version?: string | null | undefined;
      readonly note?: string | null | undefined;
    };
  };
  readonly "/api/v1/activations": {
    readonly query: { readonly dryRun?: "true" | "false" };
    readonly reply: { readonly activation: Activation; readonly warnings: readonly string[] };
    readonly body: {
      /** 1 to 200 characters, no control characters */ readonly model: string;
      /** Null: all versions */
      readonly version?: string | null | undefined;
      /** Null: all routes */
      readonly route?: string | null | undefined;
      /** 1 to 200 characters, no control characters */
      readonly calibratorId?: string | null | undefined;
      /** 1 to 200 characters, no control characters */
      readonly policyId?: string | null | undefined;
      /** Milliseconds since 1970, for made-up history: projects marked as demo only. Default: now */
      readonly activatedAt?: number | undefined;
    };
  };
}

/** By path: what can be asked with PATCH, and what is answered. */
export interface Patches {
  readonly "/api/v1/projects/{id}": {
    readonly query: Readonly<Record<never, never>>;
    readonly reply: Project;
    readonly body: {
      /** 1 to 200 characters, no control characters */ readonly name?: string | undefined;
      readonly settings?:
        | {
            /** Hours after which the outcomes of a prediction can be expected to be in; younger ones are immature */
            readonly maturityHours?: number | undefined;
            /** The outcome that counts */
            readonly outcomeName?: string | undefined;
            /** Days that predictions and outcomes are kept; null: for ever */
            readonly retentionDays?: number | null | undefined;
            /** Days that prompts, answers and features are kept; null: not at all */
            readonly contentDays?: number | null | undefined;
            /** What becomes of act under a calibrator that does not belong to the model version */
            readonly whenUncertified?: "review" | "as-is" | undefined;
          }
        | undefined;
    };
  };
}

/** By path: what can be asked with DELETE, and what is answered. */
export interface Deletes {
  readonly "/api/v1/session": {
    readonly query: Readonly<Record<never, never>>;
    readonly reply: undefined;
    readonly body: undefined;
  };
  readonly "/api/v1/projects/{id}": {
    readonly query: Readonly<Record<never, never>>;
    readonly reply: undefined;
    readonly body: undefined;
  };
  readonly "/api/v1/keys/{id}": {
    readonly query: Readonly<Record<never, never>>;
    readonly reply: undefined;
    readonly body: undefined;
  };
  readonly "/api/v1/predictions/{id}": {
    readonly query: Readonly<Record<never, never>>;
    readonly reply: { readonly erased: string };
    readonly body: undefined;
  };
  readonly "/api/v1/activations": {
    readonly query: { readonly model?: string; readonly version?: string; readonly route?: string };
    readonly reply: { readonly ended: Activation; readonly inEffect: Activation | null };
    readonly body: undefined;
  };
}
