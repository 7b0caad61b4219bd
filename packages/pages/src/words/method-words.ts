const WORDS: Readonly<Record<string, string>> = {
  identity: "Leaves every score as it is.",
  temperature:
    "Makes all scores more or less extreme by one common factor; by itself it never changes which outcome is predicted.",
  "shrunken-logit":
    "Shifts the scores and makes them more or less extreme along a straight line in logits, held back towards no change as far as the labels are few.",
  "shrunken-quadratic":
    "Bends the scores along a parabola in logits, held back towards no change as far as the labels are few.",
  platt: "Shifts the scores and makes them more or less extreme along a straight line in logits.",
  "platt-smoothed":
    "Shifts the scores and makes them more or less extreme along a straight line in logits; outcomes are softened first, so that few labels cannot lead to certainty.",
  "platt-score": "Fits one S-shaped curve to the scores.",
  "platt-score-smoothed": "Fits one S-shaped curve to the scores, after softening the outcomes.",
  quadratic: "Bends the scores along a parabola in logits.",
  beta: "Bends the scores along a smooth curve with one number for either end and one for its level.",
  "beta-am": "Bends the scores along a smooth curve that treats both ends alike.",
  "beta-ab": "Bends the scores along a smooth curve that keeps 0.5 where it is.",
  spline: "Bends the scores along a smooth curve whose stiffness was chosen from the labels.",
  "venn-abers":
    "Asks twice what a rising step function would say, once for either outcome of the new row, and merges the two answers.",
  isotonic: "Replaces each score by the observed share at its rank, along a line that never falls.",
  "isotonic-step": "Replaces each score by the observed share at its rank, along steps that never fall.",
  "isotonic-centred": "Replaces each score by the observed share at its rank, along a line that always rises.",
  "isotonic-linear-bounded":
    "Replaces each score by the observed share at its rank, along a line that never falls and never reaches 0 or 1.",
  "isotonic-bounded":
    "Replaces each score by the observed share at its rank, along a line that always rises and never reaches 0 or 1.",
  "scaling-binning": "Fits an S-shaped curve, and gives all scores of a bin the mean of the curve there.",
  "histogram-width": "Gives all scores of a bin of equal width the share observed there.",
  "histogram-mass": "Gives all scores of a bin of equally many rows the share observed there.",
  bbq: "Averages many binnings of the scores, each counted as far as the labels support it.",
  "ensemble-temperature": "Mixes softened scores, the scores as they came, and equal shares for all classes.",
  svs: "Scales and shifts the score of every class, held back towards one common factor as far as the labels are few.",
  vector: "Scales and shifts the score of every class on its own.",
  sms: "Lets the score of every class depend on the scores of all, held back towards one common factor as far as the labels are few.",
  matrix: "Lets the score of every class depend on the scores of all.",
  "dirichlet-odir":
    "Lets the probability of every class depend on those of all; what leaves the diagonal is held back.",
  "dirichlet-l2": "Lets the probability of every class depend on those of all, held back by their size.",
  "structured-blend":
    "Averages a correction of every class, held back as far as the labels are few, with a simpler correction that all classes share.",
};

const WRAPPERS: readonly (readonly [string, string])[] = [
  ["top-label-", "Corrects the confidence in the predicted class; the others share what is left. "],
  ["one-vs-rest-", "Corrects the probability of every class on its own, and divides by their sum. "],
];

/**
 * What a method does to the scores, for readers who do not know it.
 *
 * @param method its key
 * @returns one or two sentences; empty for a method without words
 */
export function methodWords(method: string): string {
  const wrapper = WRAPPERS.find(([prefix]) => method.startsWith(prefix));
  const [prefix, around] = wrapper ?? ["", ""];
  const inner = method.slice(prefix.length);
  return `${around}${Object.hasOwn(WORDS, inner) ? (WORDS[inner] ?? "") : ""}`.trim();
}
