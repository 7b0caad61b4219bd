// Written by npm run api-types from the OpenAPI document: not edited by hand.

export type Activation = {
  readonly model: string;
  /** Null: all versions */ readonly version: string | null;
  /** Null: all routes */ readonly route: string | null;
  readonly calibratorId: string | null;
  /** Brings its own calibrator where it has one */ readonly policyId: string | null;
  /** Milliseconds since 1970 */ readonly activatedAt: number;
  /** Id of the key, or cli */ readonly activatedBy: string;
};

export type ApiKey = {
  readonly id: string;
  readonly name: string;
  /** Null: all projects */ readonly project: string | null;
  readonly roles: readonly ("read" | "write" | "review" | "admin")[];
  readonly createdAt: number;
  /** Its last four characters, to tell keys apart */ readonly lastFour: string;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
};

export type Artefact = {
  readonly id: string;
  readonly kind: "calibrator" | "policy";
  readonly model: string;
  /** Null: of no version in particular */ readonly version: string | null;
  /** When it was uploaded, milliseconds since 1970 */ readonly createdAt: number;
  /** Id of the key, or cli */ readonly createdBy: string;
  readonly note: string | null;
  readonly fingerprint: string;
  readonly scoreKind: "probability" | "confidence" | "probabilities" | "logits";
  readonly classNames: readonly string[];
  /** Segments that every request to decide must have */ readonly segments: readonly string[];
  readonly summary: string;
  /** Labelled rows it was made from */ readonly n: number;
  /** Null without a risk target */ readonly isTargetCertified: boolean | null;
  /** Of the calibrator that a policy brings */ readonly ownCalibratorId: string | null;
};

export type AuditEntry = {
  readonly sequence: number;
  readonly at: number;
  /** Id of the key, or cli */ readonly actor: string;
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
    /** Why it was rejected */ readonly error?:
      | { readonly code: string; readonly message: string; readonly field?: string | undefined }
      | undefined;
    readonly content?: "not kept" | undefined;
  }[];
};

export type DataHealth = {
  /** Everything acknowledged before this moment is in the reply; milliseconds since 1970, UTC */ readonly asOf: number;
  /** Predictions kept */ readonly predictions: number;
  /** Outcomes kept, corrections included */ readonly outcomes: number;
  /** Predictions that came again with the same content, since the project began */ readonly duplicates: number;
  /** Predictions that came again with other content; the first is kept */ readonly conflicts: number;
  /** Outcomes that wait for their prediction */ readonly orphans: number;
  /** When the oldest of them arrived; null where there is none; milliseconds since 1970, UTC */ readonly oldestOrphan:
    | number
    | null;
  /** Predictions whose evidence was missing */ readonly withoutConfidence: number;
  /** How late outcomes come, by their `observedAt` */ readonly labelDelay: readonly {
    /** After the prediction */ readonly hours: number;
    /** Of the labelled predictions that had their outcome by then */ readonly share: number;
  }[];
  /** From `time` to arrival, of the newest 100 000 predictions; null where there is none */ readonly lag: {
    /** Median, milliseconds */ readonly median: number;
    /** 99th percentile, milliseconds */ readonly p99: number;
  } | null;
};

/** One of score, logits, probabilities and llm must be given */
export type DecideRequest = {
  /** Yours; the same request again gets the same answer. Only a dry run needs none */ readonly id?:
    | string
    | null
    | undefined;
  /** 1 to 200 characters, no control characters */ readonly model: string;
  /** 1 to 200 characters, no control characters */ readonly version: string;
  /** 1 to 200 characters, no control characters */ readonly route?: string | null | undefined;
  /** At most 16 names with one value each */ readonly segments?: Readonly<Record<string, string>> | null | undefined;
  /** Probability of the positive class, or of being right; null where it is missing */ readonly score?:
    | number
    | null
    | undefined;
  /** One per class: a list in the order of the calibrator, or by name */ readonly logits?:
    | readonly number[]
    | Readonly<Record<string, number>>
    | undefined;
  /** One per class, summing to 1; as logits */ readonly probabilities?:
    | readonly number[]
    | Readonly<Record<string, number>>
    | undefined;
  readonly llm?: LlmEvidence | undefined;
  /** The class or value that was predicted; not with logits and probabilities, which say it themselves */ readonly prediction?:
    | string
    | null
    | undefined;
  /** What a score is a probability of, where nothing is active that says it. Default confidence */ readonly task?:
    | "confidence"
    | "binary"
    | null
    | undefined;
  /** ISO 8601 with a zone, or milliseconds since 1970; not before 2000, not more than a day ahead. Default: when it arrives */ readonly time?:
    | string
    | number
    | null
    | undefined;
  /** Probability that this prediction would get an outcome; null counts as 1 */ readonly propensity?:
    | number
    | null
    | undefined;
  /** Prompts, answers, features; kept only where the project's settings ask for it, for contentDays */ readonly content?:
    | Readonly<Record<string, unknown>>
    | null
    | undefined;
};

export type Decided = {
  /** Null where a dry run had none */ readonly id: string | null;
  readonly model: string;
  readonly version: string;
  readonly route: string | null;
  readonly task: "binary" | "confidence";
  /** Calibrated: of the positive class (binary), or that the prediction is right. Null: reason says why */ readonly probability:
    | number
    | null;
  /** What the probability can be */ readonly interval: readonly number[] | null;
  /** What the interval covers, or why there is none */ readonly intervalReason: string;
  /** Null without a policy */ readonly decision: "act" | "review" | "abstain" | null;
  /** Whether what decided was made for this very model version, and proven where it has a target; null without a decision */ readonly certified:
    | boolean
    | null;
  /** Why this decision, or why none */ readonly reason: string;
  readonly calibratorId: string | null;
  readonly policyId: string | null;
  readonly rawConfidence: number | null;
  /** The class */ readonly prediction: string | null;
  /** Of cost matrices: the class that it is cheapest to treat it as; null unless to act */ readonly treatAs:
    | string
    | null;
  /** The prediction is on disk; false in a dry run */ readonly recorded: boolean;
};

export type DecidedBatch = {
  readonly accepted: number;
  readonly rejected: number;
  readonly items: readonly (
    | {
        readonly index: number;
        readonly status: "accepted";
        /** Null where a dry run had none */ readonly id: string | null;
        readonly model: string;
        readonly version: string;
        readonly route: string | null;
        readonly task: "binary" | "confidence";
        /** Calibrated: of the positive class (binary), or that the prediction is right. Null: reason says why */ readonly probability:
          | number
          | null;
        /** What the probability can be */ readonly interval: readonly number[] | null;
        /** What the interval covers, or why there is none */ readonly intervalReason: string;
        /** Null without a policy */ readonly decision: "act" | "review" | "abstain" | null;
        /** Whether what decided was made for this very model version, and proven where it has a target; null without a decision */ readonly certified:
          | boolean
          | null;
        /** Why this decision, or why none */ readonly reason: string;
        readonly calibratorId: string | null;
        readonly policyId: string | null;
        readonly rawConfidence: number | null;
        /** The class */ readonly prediction: string | null;
        /** Of cost matrices: the class that it is cheapest to treat it as; null unless to act */ readonly treatAs:
          | string
          | null;
        /** The prediction is on disk; false in a dry run */ readonly recorded: boolean;
      }
    | {
        readonly index: number;
        readonly id: string | null;
        readonly status: "rejected";
        readonly error: { readonly code: string; readonly message: string; readonly field?: string | undefined };
      }
  )[];
};

/** Shares of all predictions; they add up to 1 */
export type DecisionShares = {
  /** Acted on */ readonly act: number;
  /** Sent to review */ readonly review: number;
  /** Not answered */ readonly abstain: number;
  /** Without a decision */ readonly none: number;
};

export type Error = {
  readonly error: {
    /** Stable, kebab-case, for programs */ readonly code: string;
    readonly message: string;
    /** Path of the field */ readonly field?: string | undefined;
    /** Position in the batch, from 0 */ readonly index?: number | undefined;
  };
};

export type Estimate = {
  readonly value: number;
  /** Lower end of the interval; null: no bound */ readonly lower: number | null;
  /** Upper end of the interval; null: no bound */ readonly upper: number | null;
  /** Of the interval */ readonly level: number;
  /** Predictions with an outcome that it rests on */ readonly n: number;
  /** The same after Kish, where they are weighted */ readonly effectiveN: number;
  readonly interval: "exact" | "asymptotic" | "conservative" | "approximate" | "none";
  readonly spec: Spec;
};

export type InferRequest = {
  readonly id?: string | null | undefined;
  /** route: of these predictions */ readonly parameters?:
    | Readonly<Record<string, string | number | boolean>>
    | null
    | undefined;
  /** One of score [n], logits [n, k] and probabilities [n, k]; beside it, as BYTES [n], id, prediction and segment:NAME */ readonly inputs: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly datatype: "FP32" | "FP64" | "BYTES";
    readonly parameters?: Readonly<Record<string, string | number | boolean>> | null | undefined;
    /** Row by row, flat or nested as the shape is */ readonly data: readonly unknown[];
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

export type KserveError = { readonly error: string };

export type LlmEvidence = {
  /** The parsed JSON of a provider's response, as it came. Read, and never kept */ readonly response:
    | Readonly<Record<string, unknown>>
    | readonly unknown[];
  /** The raw confidence. Default: the one of the calibrator, else lengthNormalised */ readonly score?:
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
  /** JSONPath of the one field of a JSON answer that matters */ readonly field?: string | null | undefined;
  /** Which of several answers. Default 0 */ readonly index?: number | null | undefined;
  /** Which question of a decision model */ readonly question?: string | null | undefined;
};

/** A number with its interval, or why there is none */
export type Measured =
  | {
      readonly value: number;
      /** Lower end of the interval; null: no bound */ readonly lower: number | null;
      /** Upper end of the interval; null: no bound */ readonly upper: number | null;
      /** What it rests on */ readonly n: number;
    }
  | {
      readonly value: null;
      /** Why there is no number */ readonly reason: string;
      /** What there was */ readonly n: number;
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
  /** What a confidence is a probability of: of the positive class, or that the prediction is right */ readonly task:
    | "binary"
    | "confidence";
  /** Of its oldest prediction; milliseconds since 1970, UTC */ readonly firstTime: number;
  /** Of its newest prediction; milliseconds since 1970, UTC */ readonly lastTime: number;
  /** Segment keys with the number of their values */ readonly segments: Readonly<Record<string, number>>;
  /** In the window */ readonly predictions: number;
  /** Of these, those with an outcome that counts */ readonly labelled: number;
  /** `labelled` over `predictions` */ readonly maturity: number;
  /** The same over the days whose outcomes can be expected to be in; null where there is none */ readonly matureMaturity:
    | number
    | null;
  /** Days with any predictions, oldest first */ readonly traffic: readonly {
    /** Start of the day, UTC; milliseconds since 1970, UTC */ readonly day: number;
    /** Of that day */ readonly predictions: number;
    /** Of that day */ readonly labelled: number;
  }[];
  readonly verdict: Verdict | null;
  readonly accuracy: Measured;
  /** What the confidence of all predictions leads to expect; null without any */ readonly estimatedAccuracy:
    | number
    | null;
  readonly gap: Measured;
  readonly ece: Measured;
  /** Calibration error that a perfect model would show; null without outcomes */ readonly noiseFloor: number | null;
  readonly decisions: DecisionShares;
  /** Of predictions whose decision does not rest on a calibrator and policy of this version */ readonly uncertified: number;
  /** Predictions whose evidence was missing */ readonly withoutConfidence: number;
};

export type Models = {
  /** Everything acknowledged before this moment is in the reply; milliseconds since 1970, UTC */ readonly asOf: number;
  readonly schema: "candor.fleet/1";
  readonly level: number;
  readonly models: readonly ModelTraffic[];
  readonly notes: readonly string[];
};

export type NoiseFloor = {
  /** Expected calibration error of a perfect model */ readonly value: number;
  readonly lower: number;
  readonly upper: number;
  readonly level: number;
  /** Labelled predictions */ readonly n: number;
  /** Probability that a perfect model shows at least the error that is there */ readonly pValue: number;
  readonly wantedWidth: number;
  /** Further labels for an interval of this width */ readonly moreLabels: number;
  readonly spec: Spec;
};

export type OnePrediction = {
  /** Everything acknowledged before this moment is in the reply; milliseconds since 1970, UTC */ readonly asOf: number;
  readonly prediction: StoredPrediction;
};

export type Outcome = {
  /** 1 to 200 characters, no control characters */ readonly predictionId: string;
  /** true or 1, false or 0, a label that is compared with the prediction, null: withdrawn */ readonly value:
    | boolean
    | 0
    | 1
    | string
    | null;
  /** What was observed. Default: outcome */ readonly name?: string | null | undefined;
  /** Who says so. Default: truth */ readonly source?: string | null | undefined;
  /** ISO 8601 with a zone, or milliseconds since 1970; not before 2000, not more than a day ahead. Default: when it arrives */ readonly observedAt?:
    | string
    | number
    | null
    | undefined;
};

export type Prediction = {
  /** Yours; sending it again changes nothing */ readonly id: string;
  /** 1 to 200 characters, no control characters */ readonly model: string;
  /** 1 to 200 characters, no control characters */ readonly version: string;
  /** What was acted on, in [0, 1]; null where it is missing */ readonly confidence: number | null;
  /** ISO 8601 with a zone, or milliseconds since 1970; not before 2000, not more than a day ahead. Default: when it arrives */ readonly time?:
    | string
    | number
    | null
    | undefined;
  /** As the model gave it; default: the confidence */ readonly rawConfidence?: number | null | undefined;
  /** confidence (default): that the prediction is right; binary: of the positive class */ readonly task?:
    | "confidence"
    | "binary"
    | null
    | undefined;
  /** The class or value that was predicted; with the task binary the positive class. Outcomes that are labels are compared with it */ readonly prediction?:
    | string
    | null
    | undefined;
  /** 1 to 200 characters, no control characters */ readonly route?: string | null | undefined;
  /** At most 16 names with one value each */ readonly segments?: Readonly<Record<string, string>> | null | undefined;
  readonly decision?: "act" | "review" | "abstain" | null | undefined;
  /** What the confidence can be: two numbers, the smaller first */ readonly interval?:
    | readonly number[]
    | null
    | undefined;
  /** Probability that this prediction would get an outcome; null counts as 1 */ readonly propensity?:
    | number
    | null
    | undefined;
  /** 1 to 200 characters, no control characters */ readonly calibratorId?: string | null | undefined;
  /** 1 to 200 characters, no control characters */ readonly policyId?: string | null | undefined;
  /** Compact numbers that the confidence rests on */ readonly evidence?:
    | Readonly<Record<string, number | string | boolean | null>>
    | null
    | undefined;
  /** Prompts, answers, features; kept only where the project's settings ask for it, for contentDays */ readonly content?:
    | Readonly<Record<string, unknown>>
    | null
    | undefined;
};

export type PredictionPage = {
  /** Everything acknowledged before this moment is in the reply; milliseconds since 1970, UTC */ readonly asOf: number;
  readonly predictions: readonly StoredPrediction[];
  /** For the next page, with the same parameters; null on the last */ readonly cursor: string | null;
};

export type Project = {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
  readonly demo: boolean;
  readonly settings: ProjectSettings;
};

export type ProjectSettings = {
  /** Hours after which the outcomes of a prediction can be expected to be in; younger ones are immature */ readonly maturityHours: number;
  /** The outcome that counts */ readonly outcomeName: string;
  /** Days that predictions and outcomes are kept; null: for ever */ readonly retentionDays: number | null;
  /** Days that prompts, answers and features are kept; null: not at all */ readonly contentDays: number | null;
  /** What becomes of act under a calibrator that does not belong to the model version */ readonly whenUncertified:
    | "review"
    | "as-is";
};

export type Reliability = {
  /** Everything acknowledged before this moment is in the reply; milliseconds since 1970, UTC */ readonly asOf: number;
  readonly schema: "candor.reliability/1";
  readonly source: "calibrated" | "raw";
  readonly axis: "confidence" | "probability";
  readonly level: number;
  /** All, labelled or not */ readonly predictions: number;
  /** With an outcome that counts */ readonly labelled: number;
  /** Without evidence */ readonly withoutConfidence: number;
  /** Bins without labelled predictions are left out */ readonly bins: readonly ReliabilityBin[];
  readonly ece: Estimate | null;
  readonly eceDebiased: Estimate | null;
  readonly noiseFloor: NoiseFloor | null;
  /** Mean probability minus share of outcomes that were 1 */ readonly gap: Estimate | null;
  /** Kernel regression with a pointwise band */ readonly smooth: readonly {
    readonly x: number;
    readonly y: number;
    readonly lower: number;
    readonly upper: number;
  }[];
  /** Isotonic regression; the band is where it would lie if the confidences were right */ readonly corp: readonly {
    readonly x: number;
    readonly y: number;
    readonly lower: number;
    readonly upper: number;
  }[];
  readonly specs: { readonly bins: Spec; readonly smooth: Spec | null; readonly corp: Spec | null };
  /** How far the numbers can be from those of single predictions */ readonly errorBound: {
    readonly ece: number;
    readonly auroc: number;
    readonly probability: number;
  };
  readonly notes: readonly string[];
};

export type ReliabilityBin = {
  /** Lower edge, not included except 0 */ readonly lower: number;
  /** Upper edge, included */ readonly upper: number;
  /** `confidenceFrom` of /predictions for exactly this bin */ readonly from: number;
  /** `confidenceTo` of /predictions for exactly this bin */ readonly to: number;
  /** Labelled predictions */ readonly count: number;
  /** Of the total weight */ readonly share: number;
  /** Mean confidence */ readonly meanConfidence: number;
  /** Share of outcomes that were 1 */ readonly observed: number;
  /** Lower end of its interval */ readonly observedLower: number;
  /** Upper end of its interval */ readonly observedUpper: number;
};

export type Report = {
  /** Everything acknowledged before this moment is in the reply; milliseconds since 1970, UTC */ readonly asOf: number;
  readonly report: ReportDocument;
};

/** The document of `candor report --json`, computed from cells: it says how far that can be off */
export type ReportDocument = {
  readonly schema: "candor.report/1";
  /** Of Candor */ readonly version: string;
  readonly task: "binary" | "multiclass" | "confidence";
  /** Labelled predictions */ readonly n: number;
  readonly verdict: Verdict;
} & Readonly<Record<string, unknown>>;

export type SegmentRow = {
  readonly model: string;
  readonly version: string;
  readonly key: string;
  readonly value: string;
  /** All, labelled or not */ readonly predictions: number;
  /** Labelled */ readonly n: number;
  readonly accuracy: Estimate;
  readonly meanConfidence: Estimate;
  readonly ece: Estimate;
  /** Calibration error that a perfect model would show on as many */ readonly noiseFloor: number;
  readonly gap: Estimate & unknown;
  /** Against calibration */ readonly pValue: number;
  /** The same, adjusted for all segments that were tested */ readonly qValue: number;
  /** Of all flagged, at most 5 % are expected to be false alarms */ readonly flagged: boolean;
  readonly sentence: string;
};

export type Segments = {
  /** Everything acknowledged before this moment is in the reply; milliseconds since 1970, UTC */ readonly asOf: number;
  readonly schema: "candor.segments/1";
  readonly level: number;
  readonly minimumLabels: number;
  /** The strongest evidence first */ readonly segments: readonly SegmentRow[];
  /** With too few labels to be tested */ readonly untested: readonly {
    readonly model: string;
    readonly version: string;
    readonly key: string;
    readonly value: string;
    /** All, labelled or not */ readonly predictions: number;
    /** Labelled */ readonly n: number;
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
  /** Its end, not included; milliseconds since 1970, UTC */ readonly end: number;
  /** All predictions */ readonly predictions: number;
  /** Those with an outcome so far */ readonly labelled: number;
  /** `labelled` over `predictions` */ readonly maturity: number;
  /** Whether all its outcomes can be expected to be in. Where not, nothing is estimated from those so far */ readonly mature: boolean;
  /** Without evidence */ readonly withoutConfidence: number;
  /** Whose decision does not rest on a calibrator and policy of this version */ readonly uncertified?:
    | number
    | undefined;
  readonly decisions?: DecisionShares | undefined;
  /** Mean confidence of all predictions, labelled or not */ readonly served?: number | null | undefined;
  /** Of the confidence of all predictions */ readonly quantiles?:
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
  /** Shares of the confidences in equal bins; with `histogramBins` */ readonly histogram?:
    | readonly number[]
    | undefined;
};

export type Session = {
  /** Id of the key, or cli */ readonly actor: string;
  /** The project of the key; null: all */ readonly project: string | null;
  readonly roles: readonly string[];
  /** Goes back as X-CSRF-Token; null without a session */ readonly csrfToken: string | null;
  readonly expiresAt: number | null;
};

/** What a number is: the metric and every choice that changes its value */
export type Spec = { readonly metric: string } & Readonly<Record<string, unknown>>;

export type StoredOutcome = {
  readonly name: string;
  readonly source: string;
  /** 1 or 0, a label, or null where the source took back what it said */ readonly value: 0 | 1 | string | null;
  /** When it was observed; milliseconds since 1970, UTC */ readonly observedAt: number;
  /** When it arrived; milliseconds since 1970, UTC */ readonly receivedAt: number;
};

export type StoredPrediction = {
  readonly id: string;
  readonly model: string;
  readonly version: string;
  readonly route: string | null;
  readonly segments: Readonly<Record<string, string>>;
  /** When it was made; milliseconds since 1970, UTC */ readonly time: number;
  /** When it arrived; milliseconds since 1970, UTC */ readonly receivedAt: number;
  /** What a confidence is a probability of: of the positive class, or that the prediction is right */ readonly task:
    | "binary"
    | "confidence";
  /** The class or value */ readonly prediction: string | null;
  /** As the model gave it */ readonly rawConfidence: number | null;
  /** What was acted on; null where the evidence was missing */ readonly confidence: number | null;
  /** What the confidence can be */ readonly interval: readonly number[] | null;
  readonly decision: "act" | "review" | "abstain" | null;
  /** Whether calibrator and policy were made for this model version */ readonly certified: boolean | null;
  readonly calibratorId: string | null;
  readonly policyId: string | null;
  /** Probability of being labelled; null counts as 1 */ readonly propensity: number | null;
  readonly evidence: Readonly<Record<string, number | string | boolean | null>> | null;
  /** What counts: 1 right (or positive), 0 not, null while unknown */ readonly outcome: 0 | 1 | null;
  /** All that was said, oldest observation first */ readonly outcomes: readonly StoredOutcome[];
  /** Prompt, answer, features; null unless the project keeps them */ readonly content: Readonly<
    Record<string, unknown>
  > | null;
};

export type Stream = {
  readonly model: string;
  readonly version: string;
  /** What a confidence is a probability of: of the positive class, or that the prediction is right */ readonly task:
    | "binary"
    | "confidence";
  /** The segment value that it is of; null: all predictions of the version */ readonly segment: {
    readonly key: string;
    readonly value: string;
  } | null;
};

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
    readonly query: { readonly project?: string };
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
      readonly decision?: "act" | "review" | "abstain";
      readonly outcome?: "0" | "1" | "none" | "any";
      readonly limit?: number;
      readonly cursor?: string;
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
      readonly level?: number;
      readonly immature?: "true" | "false";
      readonly fresh?: "true" | "false";
    };
    readonly reply: Segments;
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
      /** 1 to 200 characters, no control characters */ readonly name?: string | undefined;
      readonly demo?: boolean | undefined;
      readonly settings?:
        | {
            /** Hours after which the outcomes of a prediction can be expected to be in; younger ones are immature */ readonly maturityHours?:
              | number
              | undefined;
            /** The outcome that counts */ readonly outcomeName?: string | undefined;
            /** Days that predictions and outcomes are kept; null: for ever */ readonly retentionDays?:
              | number
              | null
              | undefined;
            /** Days that prompts, answers and features are kept; null: not at all */ readonly contentDays?:
              | number
              | null
              | undefined;
            /** What becomes of act under a calibrator that does not belong to the model version */ readonly whenUncertified?:
              | "review"
              | "as-is"
              | undefined;
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
      /** Default: the project of the request. Null: all; only a key of all projects can do that */ readonly project?:
        | string
        | null
        | undefined;
      /** Milliseconds since 1970 */ readonly expiresAt?: number | null | undefined;
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
      /** Whose scores it was made from */ readonly model: string;
      /** The version whose scores it was made from; null: of none in particular, and what it decides is uncertified */ readonly version?:
        | string
        | null
        | undefined;
      readonly note?: string | null | undefined;
    };
  };
  readonly "/api/v1/policies": {
    readonly query: Readonly<Record<never, never>>;
    readonly reply: Artefact;
    readonly body: {
      /** A policy of `candor decide -o` */ readonly document: Readonly<Record<string, unknown>>;
      /** Whose scores it was made from */ readonly model: string;
      /** The version whose scores it was made from; null: of none in particular, and what it decides is uncertified */ readonly version?:
        | string
        | null
        | undefined;
      readonly note?: string | null | undefined;
    };
  };
  readonly "/api/v1/activations": {
    readonly query: Readonly<Record<never, never>>;
    readonly reply: { readonly activation: Activation; readonly warnings: readonly string[] };
    readonly body: {
      /** 1 to 200 characters, no control characters */ readonly model: string;
      /** Null: all versions */ readonly version?: string | null | undefined;
      /** Null: all routes */ readonly route?: string | null | undefined;
      /** 1 to 200 characters, no control characters */ readonly calibratorId?: string | null | undefined;
      /** 1 to 200 characters, no control characters */ readonly policyId?: string | null | undefined;
      /** Milliseconds since 1970, for made-up history: projects marked as demo only. Default: now */ readonly activatedAt?:
        | number
        | undefined;
    };
  };
}

/** By path: what can be asked with PUT, and what is answered. */
export type Puts = {};

/** By path: what can be asked with PATCH, and what is answered. */
export interface Patches {
  readonly "/api/v1/projects/{id}": {
    readonly query: Readonly<Record<never, never>>;
    readonly reply: Project;
    readonly body: {
      /** 1 to 200 characters, no control characters */ readonly name?: string | undefined;
      readonly settings?:
        | {
            /** Hours after which the outcomes of a prediction can be expected to be in; younger ones are immature */ readonly maturityHours?:
              | number
              | undefined;
            /** The outcome that counts */ readonly outcomeName?: string | undefined;
            /** Days that predictions and outcomes are kept; null: for ever */ readonly retentionDays?:
              | number
              | null
              | undefined;
            /** Days that prompts, answers and features are kept; null: not at all */ readonly contentDays?:
              | number
              | null
              | undefined;
            /** What becomes of act under a calibrator that does not belong to the model version */ readonly whenUncertified?:
              | "review"
              | "as-is"
              | undefined;
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
