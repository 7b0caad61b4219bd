/** Scores of the outputs of a classifier. */
export type ClassScoreName = "msp" | "margin" | "entropy" | "max-logit" | "energy" | "gen" | "sigmoid";

/** Scores of forecasts of a number. */
export type ForecastScoreName = "sd" | "width" | "within";

/** A name of the family. */
export type ScoreName = ClassScoreName | ForecastScoreName;

/** What a score is computed from. */
export type ScoreReads =
  | "probabilities"
  | "logits"
  | "one logit of two classes"
  | "a standard deviation"
  | "quantiles or an interval"
  | "a standard deviation, quantiles or an interval";

/** How a score enters as a number in [0, 1]: strictly increasing and the same for every file. */
export type ScoreMap = "identity" | "entropy" | "below-zero" | "real";

/** One score: what it is computed from, what it can be, and how it is read. All are larger where surer. */
export interface ScoreMember {
  readonly name: ScoreName;
  /** In words, as in "ranked by the margin". */
  readonly title: string;
  readonly reads: ScoreReads;
  /** Smallest and largest value, as text. */
  readonly range: string;
  /** True where the score claims to be the probability that the prediction is right. */
  readonly isProbability: boolean;
  /** With p the probabilities of a row, z its logits, K the classes. */
  readonly formula: string;
  readonly map: ScoreMap;
  readonly source: string;
}

/** The family, the scores of classes first; earlier ones are the simpler ones. */
export const scoreFamily: readonly ScoreMember[] = [
  {
    name: "msp",
    title: "largest probability",
    reads: "probabilities",
    range: "1/K to 1",
    isProbability: true,
    formula: "max p",
    map: "identity",
    source: "Hendrycks and Gimpel (2017), ICLR",
  },
  {
    name: "margin",
    title: "margin",
    reads: "probabilities",
    range: "0 to 1",
    isProbability: false,
    formula: "largest p − second largest p",
    map: "identity",
    source: "Scheffer, Decomain and Wrobel (2001), IDA",
  },
  {
    name: "entropy",
    title: "negative entropy",
    reads: "probabilities",
    range: "−ln K to 0",
    isProbability: false,
    formula: "Σ p ln p",
    map: "entropy",
    source: "Shannon (1948)",
  },
  {
    name: "max-logit",
    title: "largest logit",
    reads: "logits",
    range: "any real",
    isProbability: false,
    formula: "max z",
    map: "real",
    source: "Hendrycks et al. (2022), ICML",
  },
  {
    name: "energy",
    title: "energy",
    reads: "logits",
    range: "any real",
    isProbability: false,
    formula: "ln Σ exp z",
    map: "real",
    source: "Liu et al. (2020), NeurIPS",
  },
  {
    name: "gen",
    title: "generalised entropy",
    reads: "probabilities",
    range: "below 0, to 0",
    isProbability: false,
    formula: "−Σ (p (1 − p))^0.1 over the 100 largest p",
    map: "below-zero",
    source: "Liu, Lochman and Zach (2023), CVPR",
  },
  {
    name: "sigmoid",
    title: "sigmoid of the logit",
    reads: "one logit of two classes",
    range: "1/2 to 1",
    isProbability: true,
    formula: "max(σ(z), σ(−z))",
    map: "identity",
    source: "the logistic link",
  },
  {
    name: "sd",
    title: "negative standard deviation",
    reads: "a standard deviation",
    range: "below 0",
    isProbability: false,
    formula: "−sd",
    map: "below-zero",
    source: "Nix and Weigend (1994), ICNN",
  },
  {
    name: "width",
    title: "negative width of the interval",
    reads: "quantiles or an interval",
    range: "below 0, to 0",
    isProbability: false,
    formula: "lower end − upper end",
    map: "below-zero",
    source: "Romano, Patterson and Candès (2019), NeurIPS",
  },
  {
    name: "within",
    title: "probability to be near enough",
    reads: "a standard deviation, quantiles or an interval",
    range: "0 to 1",
    isProbability: true,
    formula: "P(|Y − forecast| ≤ TOL)",
    map: "identity",
    source: "the distribution that the forecast states",
  },
];

/** The formula of a map, with x the score. */
export const scoreMapFormulas: Readonly<Record<ScoreMap, string>> = {
  identity: "x",
  entropy: "1 + x / ln K",
  "below-zero": "1 / (1 − x)",
  real: "(1 + x / (1 + |x|)) / 2",
};
