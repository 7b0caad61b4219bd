import type { OutputRows, ScoredOutputs, Task } from "@candor/core";

/** What the user says about the file beyond its name; everything else is recognised. */
export interface InputOptions {
  readonly task?: Task | "regression";
  /** Column (or NPY file) with the probability of the positive class. */
  readonly score?: string;
  /** Column (or file) with the truth. `label` and `labels` mean the same; both flags exist because both read well. */
  readonly label?: string;
  readonly labels?: string;
  /** The value of the label column that is the positive class. */
  readonly positive?: string;
  /** `p_*`, `a,b,c`, one column of lists, or a file: one probability per class. */
  readonly probs?: string;
  /** As `probs`, for logits. */
  readonly logits?: string;
  readonly confidence?: string;
  /** Column of the confidence where no flag names one and the main file has it: the score that a calibrator records. */
  readonly scoreName?: string;
  readonly correct?: string;
  /** Score of the outputs that is the confidence: `msp`, `energy`, `within:5`. */
  readonly confidenceFrom?: string;
  /** What that score was computed from where it is recorded, and of how many classes. */
  readonly confidenceOutputs?: ScoredOutputs;
  readonly confidenceClasses?: number;
  /** Column (or NPY file) with the forecast of a number. */
  readonly prediction?: string;
  /** Its standard deviation. */
  readonly sigma?: string;
  /** Its variance, instead of the standard deviation. */
  readonly variance?: string;
  /** `q*`, `a,b,c` or `0.05=a,0.95=b`: one forecast quantile per column. */
  readonly quantiles?: string;
  /** Ends of the interval that holds the outcome with probability `intervalLevel`. */
  readonly lower?: string;
  readonly upper?: string;
  readonly intervalLevel?: number;
  /** Members of an ensemble: files, columns, or one pattern of columns each; their mean is what is read. */
  readonly members?: readonly string[];
  /** Members give logits instead of probabilities. */
  readonly memberLogits?: boolean;
  /** Standard deviations of members that forecast a number, named like `members`. */
  readonly memberSigmas?: readonly string[];
  /** How much each member counts; only ratios matter. */
  readonly memberWeights?: readonly number[];
  readonly weight?: string;
  /**
   * Column (or NPY file) with the probability of each row of being labelled; rows weigh one over it. A column called
   * `propensity` is recognised beside outcomes; `none` leaves it unread.
   */
  readonly propensity?: string;
  /** Column (or NPY file) with the p-value of each row's being inside, for policies that demand one. */
  readonly inDistribution?: string;
  /** Column that says which row of a population each row is. */
  readonly rowId?: string;
  /** Columns (or NPY files) that split the rows into groups. */
  readonly by?: readonly string[];
  readonly time?: string;
  /** Column (or NPY file) that says which rows belong together. */
  readonly group?: string;
  /** Divide every row of probabilities by its sum. */
  readonly normalise?: boolean;
  /** Leave bad rows out and count them, instead of stopping at the first. */
  readonly skipBad?: boolean;
  /** `csv`, `tsv`, `jsonl`, `json`, `parquet`, `npy` or `npz`; told from the content when absent. */
  readonly format?: string;
}

/** How reading is watched and stopped. */
export interface ReadContext {
  /** Hand on logits as they were given, beside the probabilities made of them. Default: only the probabilities. */
  readonly keepLogits?: boolean;
  /** The two classes of a binary task, negative first, where they are known: rows of one class are then enough. */
  readonly classNames?: readonly string[];
  /** The same names, of a calibrator or a policy, which labels may give as well as 0 and 1: 1 is the second. */
  readonly labelNames?: readonly string[];
  /** Called with every batch of outputs of a model, before a score is made of them. */
  readonly onOutputs?: (rows: OutputRows) => void;
  /** Called with every batch that was checked: the positions of the rows kept, or undefined where all are, and of how many. */
  readonly onScreened?: (keep: Int32Array | undefined, rows: number) => void;
  /** Called after every batch: the part done in [0, 1] where it can be told, and the rows read so far. */
  readonly onProgress?: (fraction: number | undefined, rows: number) => void;
  readonly signal?: AbortSignal;
}
