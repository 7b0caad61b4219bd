import type { Condition, ConformalPart, SetScore } from "../conformal-document.ts";

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

const count = (n: number): string => n.toLocaleString("en-US");

function scope({ condition, level }: SetsFacts): string {
  switch (condition.kind) {
    case "none":
      return `The level ${level} holds on average over all rows; single classes or groups can be covered less often.`;
    case "class":
      if (condition.borrowed !== undefined)
        return `The level ${level} holds for each class as far as its scores are like those of all rows, which weigh as much as ${count(condition.borrowed)} rows in each threshold.`;
      return `The level ${level} holds for the rows of each class apart.`;
    case "clusters":
      return `The level ${level} holds on average over the classes of a cluster; single classes can be covered less often.`;
    case "groups":
      return `The level ${level} holds for the rows of each group of ${condition.columns.join(" × ")} apart.`;
  }
}

/** What has to be true for the coverage to be at least the level, in plain sentences. */
export function setsAssumptions(facts: SetsFacts): string[] {
  const { isWeighted, isRandomised, clusteringRows, tuningRows, score } = facts;
  const sentences = [
    isWeighted
      ? "New rows differ from the calibration rows only as their weights say: weights are ratios of densities, up to one factor."
      : "New rows come from where the calibration rows come from: any order of them all is equally likely.",
    "The model was neither trained nor tuned on the calibration rows.",
    scope(facts),
  ];
  if (isRandomised)
    sentences.push(
      "Ties are broken by one random number per row, which follows from the seed and the number of the row.",
    );
  if (clusteringRows > 0)
    sentences.push(
      `Clusters were found on ${count(clusteringRows)} rows drawn at random; no threshold rests on these rows.`,
    );
  if (tuningRows > 0 && score.kind === "raps")
    sentences.push(
      `The penalty ${score.penalty} and ${score.freeRanks} free ranks were chosen on ${count(tuningRows)} rows drawn at random; no threshold rests on these rows.`,
    );
  return sentences;
}

function listed(names: readonly string[]): string {
  return names.length > 5 ? `${names.slice(0, 5).join(", ")}, …` : names.join(", ");
}

function infiniteParts({ condition, parts, fewest, level, isWeighted }: SetsFacts): string[] {
  const infinite = parts.filter(({ quantile }) => quantile === null);
  if (infinite.length === 0) return [];
  const reason = isWeighted ? "carry too little weight" : `are fewer than ${count(fewest)}`;
  if (condition.kind === "none" || condition.kind === "clusters") {
    const [part] = infinite;
    const lack = isWeighted ? "" : `; ${count(fewest - part.n)} more are needed`;
    return [`The ${count(part.n)} calibration rows ${reason}: at level ${level} every set holds all classes${lack}.`];
  }
  const borrowed = (condition.kind === "class" && condition.borrowed) || 0;
  const what = condition.kind === "class" ? "classes" : "groups";
  const then = condition.kind === "class" ? "they are in every set" : "their sets hold all classes";
  const named = infinite.map(({ values, n }) =>
    isWeighted ? values.join(" × ") : `${values.join(" × ")} lacks ${count(fewest - n - borrowed)}`,
  );
  return [
    `The rows of ${infinite.length} of ${parts.length} ${what} ${reason}, which level ${level} needs, so that ${then} (${listed(named)}).`,
  ];
}

function clusterWarnings({ parts, fewest, rareClasses }: SetsFacts): string[] {
  if (rareClasses.length === 0) return [];
  if (parts.length === 1)
    return ["There are too few rows to find clusters of classes: all classes share one threshold."];
  return [
    `${rareClasses.length} classes have fewer than ${count(fewest)} rows to find their cluster by and use the threshold of all rows (${listed(rareClasses)}).`,
  ];
}

/** What the reader should know before relying on the sets. */
export function setsWarnings(facts: SetsFacts): string[] {
  return [...infiniteParts(facts), ...clusterWarnings(facts)];
}
