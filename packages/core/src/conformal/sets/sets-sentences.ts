import type { Condition, ConformalPart, SetScore } from "../conformal-document.ts";
import { commonAssumptions, countText, listed, thinnedWarnings, tooFewRows } from "../part-words.ts";

/** What assumptions and warnings of prediction sets are about. */
export interface SetsFacts {
  readonly level: number;
  /** Fewest rows of a part with a finite threshold. */
  readonly fewest: number;
  readonly condition: Condition;
  readonly parts: readonly ConformalPart[];
  readonly isWeighted: boolean;
  readonly isRandomised: boolean;
  readonly clusteringRows: number;
  readonly rareClasses: readonly string[];
  readonly tuningRows: number;
  readonly score: SetScore;
}

function scope({ condition, level, parts, rareClasses }: SetsFacts): string {
  switch (condition.kind) {
    case "class":
      if (condition.borrowed !== undefined)
        return `The level ${level} is approximate for each class: the rows of all classes together count as ${countText(condition.borrowed)} rows of it, so that a class whose scores are larger than those of others can be covered less often.`;
      return `The level ${level} holds for the rows of each class apart.`;
    case "clusters":
      if (parts.length === 1 && rareClasses.length > 0) return onAverage(level);
      return `The level ${level} holds on average over the classes of a cluster; single classes can be covered less often.`;
    case "groups":
      return `The level ${level} holds for the rows of each group of ${condition.columns.join(" × ")} apart; rows of other groups get all classes.`;
    case "none":
      return onAverage(level);
  }
}

function onAverage(level: number): string {
  return `The level ${level} holds on average over all rows; single classes or groups can be covered less often.`;
}

/** What has to be true for the coverage to be at least the level, in plain sentences. */
export function setsAssumptions(facts: SetsFacts): string[] {
  const { isWeighted, isRandomised, clusteringRows, tuningRows, score } = facts;
  const sentences = [...commonAssumptions(isWeighted), scope(facts)];
  if (isRandomised)
    sentences.push(
      "Ties are broken by one random number per row, which follows from the seed and the number of the row.",
    );
  if (clusteringRows > 0)
    sentences.push(
      `Clusters were found on ${countText(clusteringRows)} rows drawn at random; no threshold rests on these rows.`,
    );
  if (tuningRows > 0 && score.kind === "raps")
    sentences.push(
      `The penalty ${score.penalty} and ${score.freeRanks} free ranks were chosen on ${countText(tuningRows)} rows drawn at random; no threshold rests on these rows.`,
    );
  return sentences;
}

function infiniteParts({ condition, parts, fewest, level, isWeighted }: SetsFacts): string[] {
  const infinite = parts.filter(({ quantile }) => quantile === null);
  if (infinite.length === 0) return [];
  if (condition.kind === "none" || (condition.kind === "clusters" && parts.length === 1))
    return [tooFewRows(infinite[0], fewest, level, "every set holds all classes")];
  const reason = isWeighted ? "carry too little weight" : `are fewer than ${countText(fewest)}`;
  const borrowed = (condition.kind === "class" && condition.borrowed) || 0;
  const what = { class: "classes", clusters: "clusters of classes", groups: "groups" }[condition.kind];
  const then = condition.kind === "groups" ? "their sets hold all classes" : "they are in every set";
  const named = infinite.map(({ values, n }) => {
    const name = condition.kind === "clusters" ? listed(values) : values.join(" × ");
    return isWeighted ? name : `${name} lacks ${countText(fewest - n - borrowed)}`;
  });
  return [
    `The rows of ${infinite.length} of ${parts.length} ${what} ${reason}, which level ${level} needs, so that ${then} (${listed(named)}).`,
  ];
}

function clusterWarnings({ parts, fewest, rareClasses }: SetsFacts): string[] {
  if (rareClasses.length === 0) return [];
  if (parts.length === 1)
    return ["There are too few rows to find clusters of classes: all classes share one threshold."];
  if (rareClasses.length === 1)
    return [
      `1 class has fewer than ${countText(fewest)} rows to find its cluster by and is a cluster of its own (${listed(rareClasses)}).`,
    ];
  return [
    `${rareClasses.length} classes have fewer than ${countText(fewest)} rows to find their cluster by and share a threshold: the level holds on average over them (${listed(rareClasses)}).`,
  ];
}

/** Classes whose thresholds rest on other classes alone. */
function borrowedWarnings({ condition, parts }: SetsFacts): string[] {
  if (condition.kind !== "class" || condition.borrowed === undefined) return [];
  const none = parts.filter(({ n, quantile }) => n === 0 && quantile !== null).flatMap(({ values }) => values);
  if (none.length === 0) return [];
  return [`Classes without rows of their own have thresholds that rest on the other classes alone (${listed(none)}).`];
}

/** What the reader should know before relying on the sets. */
export function setsWarnings(facts: SetsFacts): string[] {
  return [
    ...infiniteParts(facts),
    ...clusterWarnings(facts),
    ...borrowedWarnings(facts),
    ...thinnedWarnings(facts.parts),
  ];
}
