import type { OodMethod, SingleOodMethod } from "./detector.ts";

/** A detector, as pages of documentation and `--help` tell of it. */
export interface OodMethodDescription {
  readonly name: OodMethod;
  /** In a few words. */
  readonly label: string;
  /** What each row must bring along, in words; the head is given once. */
  readonly needs: string;
  /** The score, larger = more like the training data. z logits, p probabilities, f features, W and b the head. */
  readonly formula: string;
  readonly source: string;
  readonly strengths: string;
  readonly weaknesses: string;
  /** Options of `fitOodDetector` that it reads, with their defaults. */
  readonly options: string;
}

/** Every detector, simplest first, `auto` at the top. */
export const oodMethods: readonly OodMethodDescription[] = [
  {
    name: "auto",
    label: "sum of what the evidence allows",
    needs: "any; best are features with the head or logits",
    formula:
      "Σ (s − mean) / sd over gen, knn (one neighbour per 1000 rows) and mahalanobis; gen and energy from logits alone",
    source: "a sum of three published scores, each in units of its spread on rows it did not learn from",
    strengths: "sees what each of them sees: no single kind of unfamiliar row passes all",
    weaknesses: "on one given kind of outlier the best single score can be a little better",
    options: "k = rows / 1000, gamma = 0.1, top = 100, shrinkage = ledoit-wolf",
  },
  {
    name: "msp",
    label: "maximum probability",
    needs: "probabilities or logits",
    formula: "max p",
    source: "Hendrycks and Gimpel 2017",
    strengths: "the baseline; needs nothing but an answer",
    weaknesses: "sure of far inputs where the network is",
    options: "",
  },
  {
    name: "max-logit",
    label: "maximum logit",
    needs: "logits",
    formula: "max z",
    source: "Hendrycks et al. 2022",
    strengths: "keeps how large logits are; good with many classes",
    weaknesses: "blind to what the last layer throws away",
    options: "",
  },
  {
    name: "energy",
    label: "energy",
    needs: "logits",
    formula: "T ln Σ exp(z / T)",
    source: "Liu, Wang, Owens and Li 2020",
    strengths: "a smooth maximum logit; steady",
    weaknesses: "as max-logit",
    options: "temperature = 1",
  },
  {
    name: "entropy",
    label: "minus the entropy",
    needs: "probabilities or logits",
    formula: "Σ p ln p",
    source: "Shannon 1948",
    strengths: "rows between several classes: near outliers",
    weaknesses: "sure of far inputs where the network is",
    options: "",
  },
  {
    name: "gen",
    label: "minus the generalised entropy",
    needs: "probabilities or logits",
    formula: "−Σ pᵞ (1 − p)ᵞ over the largest p",
    source: "Liu, Lochman and Zach 2023",
    strengths: "sees small probabilities that entropy does not; the best of the scores from outputs on average",
    weaknesses: "sure of far inputs where the network is",
    options: "gamma = 0.1, top = 100",
  },
  {
    name: "mahalanobis",
    label: "distance from the nearest class",
    needs: "features; labels (or predicted classes) in training",
    formula: "−min over classes (f − μ)ᵀ Σ⁻¹ (f − μ)",
    source: "Lee, Lee, Lee and Shin 2018; covariance of Ledoit and Wolf 2004",
    strengths: "far inputs; directions in which training rows hardly vary",
    weaknesses: "near outliers that lie between classes",
    options: "shrinkage = ledoit-wolf",
  },
  {
    name: "relative-mahalanobis",
    label: "distance from all minus from the nearest class",
    needs: "features; labels (or predicted classes) in training",
    formula: "(f − μ₀)ᵀ Σ₀⁻¹ (f − μ₀) − min over classes (f − μ)ᵀ Σ⁻¹ (f − μ)",
    source: "Ren et al. 2021",
    strengths: "near outliers",
    weaknesses: "a difference of two large numbers: with few rows per feature it depends on the shrinkage",
    options: "shrinkage = ledoit-wolf, the same share for both covariances",
  },
  {
    name: "knn",
    label: "distance from the k-th nearest training row",
    needs: "features",
    formula: "−‖f/‖f‖ − its k-th nearest of the training rows‖",
    source: "Sun, Ming, Zhu and Li 2022",
    strengths: "assumes no shape of classes; near and far outliers if k is small for the number of rows",
    weaknesses: "keeps all training rows; k = 50 is for 50 000 rows, with hundreds of rows take 1 to 5",
    options: "k = 50",
  },
  {
    name: "vim",
    label: "energy minus what lies outside of the usual directions",
    needs: "features, logits or the head",
    formula: "ln Σ exp z − α ‖R(f − o)‖, o = −W⁺b, α = mean max z / mean ‖R(f − o)‖",
    source: "Wang, Li, Feng and Zhang 2022",
    strengths: "far inputs; the best single score on several large benchmarks",
    weaknesses: "few features: there are hardly any unusual directions",
    options: "dimension = half of the features (512 from 768, 1000 from 2048 on), rankTolerance = 1e-6",
  },
  {
    name: "residual",
    label: "what lies outside of the usual directions",
    needs: "features; the origin is that of the head where there is one",
    formula: "−‖R(f − o)‖",
    source: "Wang, Li, Feng and Zhang 2022",
    strengths: "far inputs",
    weaknesses: "blind within the usual directions",
    options: "dimension and rankTolerance as vim",
  },
  {
    name: "she",
    label: "inner product with the pattern of the predicted class",
    needs: "features, logits or the head; labels in training",
    formula: "f · mean of correctly classified f of the predicted class",
    source: "Zhang et al. 2023",
    strengths: "cheap; far inputs with weak features",
    weaknesses: "rows with large features look normal whatever they are",
    options: "",
  },
  {
    name: "react",
    label: "energy of clipped features",
    needs: "features and the head",
    formula: "energy of W min(f, c) + b, c the 90 % quantile of activations",
    source: "Sun, Guo and Li 2021",
    strengths: "networks whose outliers light up a few features",
    weaknesses: "small networks: clips what tells classes apart",
    options: "percentile = 0.9",
  },
  {
    name: "ash-p",
    label: "energy of the largest features",
    needs: "features ≥ 0 and the head",
    formula: "energy of W f′ + b, f′ the largest tenth of f and 0 elsewhere",
    source: "Djurisic, Bozanic, Ashok and Liu 2023",
    strengths: "large convolutional networks",
    weaknesses: "transformers and small networks: can be worse than chance",
    options: "percentile = 0.9",
  },
  {
    name: "ash-s",
    label: "energy of the largest features, scaled",
    needs: "features ≥ 0 and the head",
    formula: "energy of W f′ exp(Σf / Σf′) + b",
    source: "Djurisic, Bozanic, Ashok and Liu 2023",
    strengths: "large convolutional networks",
    weaknesses: "as ash-p, more so",
    options: "percentile = 0.9",
  },
  {
    name: "ash-b",
    label: "energy of the largest features, made equal",
    needs: "features ≥ 0 and the head",
    formula: "energy of W f″ + b, f″ = Σf / kept on the largest tenth and 0 elsewhere",
    source: "Djurisic, Bozanic, Ashok and Liu 2023",
    strengths: "large convolutional networks",
    weaknesses: "as ash-p",
    options: "percentile = 0.9",
  },
  {
    name: "scale",
    label: "energy of scaled features",
    needs: "features ≥ 0 and the head",
    formula: "energy of W f exp(Σf / Σf′) + b, f′ the largest part of f",
    source: "Xu, Chen, Franchi and Yao 2024",
    strengths: "large convolutional networks",
    weaknesses: "as ash-p",
    options: "percentile = 0.85",
  },
  {
    name: "outlier-exposure",
    label: "scores weighed by known outliers",
    needs: "what its scores need, and rows known to be outside",
    formula:
      "intercept + Σ weight (s − mean) / sd over gen, energy, knn and mahalanobis; weights ≥ 0 of a ridge logistic regression",
    source: "after Hendrycks, Mazeika and Dietterich 2019; the network is not trained again",
    strengths: "learns which of the scores tell on outliers like those given",
    weaknesses: "outliers of another kind than expected: weights may then be no better than equal ones",
    options: "ridge = 0.1, and those of its scores",
  },
];

const names: ReadonlySet<string> = new Set(oodMethods.map(({ name }) => name));

/** Whether a text is the name of a detector. */
export function isOodMethod(name: string): name is OodMethod {
  return names.has(name);
}

/** Whether a text is the name of a detector that is one score. */
export function isSingleOodMethod(name: string): name is SingleOodMethod {
  return names.has(name) && name !== "auto" && name !== "outlier-exposure";
}
