import type { AsyncEquivalence, Equivalence } from "../equivalence/equivalence.ts";

/** The distinct texts of a group and how many answers it has. */
export interface Group {
  readonly texts: string[];
  count: number;
}

/** Where an answer belongs. */
export interface Place {
  /** The largest group whose every text equals it, the earliest of several; null where there is none. */
  readonly group: number | null;
  /** Groups of which it equals one text and not another. */
  readonly overruled: number;
}

function ordered(a: string, b: string): readonly [string, string] {
  return a < b ? [a, b] : [b, a];
}

function choose(groups: readonly Group[], verdicts: readonly (readonly boolean[])[]): Place {
  let group: number | null = null;
  let overruled = 0;
  verdicts.forEach((equals, i) => {
    if (equals.every((yes) => yes)) {
      if (group === null || (groups[i]?.count ?? 0) > (groups[group]?.count ?? 0)) group = i;
    } else if (equals.some((yes) => yes)) overruled++;
  });
  return { group, overruled };
}

/** Asks the relation about the answer and every text of every group. */
export function placeAnswer(text: string, groups: readonly Group[], equivalence: Equivalence): Place {
  const known = groups.findIndex(({ texts }) => texts.includes(text));
  if (known >= 0) return { group: known, overruled: 0 };
  return choose(
    groups,
    groups.map(({ texts }) => texts.map((other) => equivalence.equal(...ordered(text, other)))),
  );
}

/**
 * The same with a relation that takes time: first the first text of every group at once, then the rest of the groups that fit.
 */
export async function placeAnswerAsync(
  text: string,
  groups: readonly Group[],
  equivalence: Equivalence | AsyncEquivalence,
  signal?: AbortSignal,
): Promise<Place> {
  if (!equivalence.isAsync) return placeAnswer(text, groups, equivalence);
  const known = groups.findIndex(({ texts }) => texts.includes(text));
  if (known >= 0) return { group: known, overruled: 0 };
  const ask = (other: string): Promise<boolean> => equivalence.equal(...ordered(text, other), signal);
  const verdicts = await Promise.all(
    groups.map(async ({ texts: [first = "", ...others] }) => {
      signal?.throwIfAborted();
      return (await ask(first)) ? [true, ...(await Promise.all(others.map(ask)))] : [false];
    }),
  );
  return choose(groups, verdicts);
}

/** Puts the answer where it belongs and returns the number of its group. */
export function addToGroups(text: string, count: number, groups: Group[], place: Place): number {
  const index = place.group ?? groups.length;
  const group = groups[index];
  if (group === undefined) groups.push({ texts: [text], count });
  else {
    if (!group.texts.includes(text)) group.texts.push(text);
    group.count += count;
  }
  return index;
}
