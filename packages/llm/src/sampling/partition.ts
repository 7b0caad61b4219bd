/** Answers in groups of the same meaning: every answer in exactly one. */
export interface Partition {
  /** Indices of the answers of each group, ascending; groups by their first answer. */
  readonly clusters: readonly (readonly number[])[];
  /** The group of each answer. */
  readonly clusterOf: readonly number[];
  /** The index of the first answer with the very same text, for each answer. */
  readonly firstWithText: readonly number[];
  /** `classes` where the relation is transitive; else `complete-linkage`: within a group every two answers are equal. */
  readonly method: "classes" | "complete-linkage";
  /**
   * Answers found equal to one of a group and unequal to another of it: how often the relation was seen not to be transitive.
   * Where it asks a model, pairs that could change nothing are not asked, so this is a lower bound.
   */
  readonly overruled: number;
}

/** A partition from the group of each answer, groups numbered by first answer. */
export function partitionOf(
  texts: readonly string[],
  labels: readonly number[],
  method: Partition["method"],
  overruled: number,
): Partition {
  const numbers = new Map<number, number>();
  const clusters: number[][] = [];
  const clusterOf = labels.map((label, i) => {
    const known = numbers.get(label) ?? clusters.length;
    if (known === clusters.length) {
      numbers.set(label, known);
      clusters.push([]);
    }
    clusters[known]?.push(i);
    return known;
  });
  const first = new Map<string, number>();
  const firstWithText = texts.map((text, i) => {
    const known = first.get(text) ?? i;
    first.set(text, known);
    return known;
  });
  return { clusters, clusterOf, firstWithText, method, overruled };
}

/** The largest group, the earliest of several; null of no answers. */
export function modalCluster(partition: Partition): number | null {
  let best: number | null = null;
  let size = 0;
  partition.clusters.forEach((members, i) => {
    if (members.length > size) [best, size] = [i, members.length];
  });
  return best;
}
