const WORDS: Readonly<Record<string, string>> = {
  slope: "how much logits are stretched: below 1 the scores were too extreme, above 1 too timid",
  intercept: "shift of all logits: below 0 the scores were too high, above 0 too low",
  quadratic: "bend of the curve in logits: 0 is a straight line",
  spread: "how far, in logits, the fit may leave the scores as they came: small holds it back",
  a: "steepness at the low end",
  b: "steepness at the high end",
  c: "level of the curve",
  m: "the score that is mapped to 0.5",
  knots: "points between which the curve is bent",
  effectiveParameters: "how many numbers the curve was free to choose; 2 is a straight line",
  penalty: "stiffness of the curve: large is straighter",
  blocks: "stretches of scores that got one value",
  bins: "bins",
  edges: "where one bin ends and the next begins",
  counts: "rows in each bin",
  lower: "lower end of the interval of each bin, all of which hold at once",
  upper: "upper end of the interval of each bin, all of which hold at once",
  errorBound: "no bin is further off than this, with the probability that follows",
  errorBoundLevel: "probability with which the bounds hold",
  meanWidth: "mean distance of the two answers that are merged: how far a single label can move the result",
  models: "binnings averaged",
  modelBins: "bins of each",
  modelWeights: "how much each counts",
  scale: "factors on the logits, by class",
  bias: "shifts of the logits, by class",
  weights: "shares of the softened scores, of the scores as they came, and of equal shares",
  penaltyScale: "strength with which classes are held together, against the usual one",
  blendWeight: "share of the richer correction in the blend",
  share: "share of the fit in its blend with the scores as they came",
};

function temperatureWords(value: number): string {
  if (value > 1) return "every logit is divided by it: above 1 the scores were too extreme and are softened";
  if (value < 1) return "every logit is divided by it: below 1 the scores were too timid and are sharpened";
  return "every logit is divided by it: 1 changes nothing";
}

/**
 * What a parameter says, in words.
 *
 * @param name its key in a fit document
 * @param value its value; decides the direction where the words have one
 * @returns empty for a parameter without words
 */
export function parameterWords(name: string, value: number | readonly number[]): string {
  if (name === "temperature")
    return typeof value === "number" ? temperatureWords(value) : "what the logits are divided by, for each part";
  return Object.hasOwn(WORDS, name) ? (WORDS[name] ?? "") : "";
}
