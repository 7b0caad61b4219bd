/** A stretch of time in milliseconds since 1970; `end` is not included. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** The middle of a stretch, where its numbers are drawn. */
export function middleOf({ start, end }: Stretch): Date {
  return new Date((start + end) / 2);
}

/**
 * Stretches in a row: a new run begins wherever one does not start where the last one ended, and wherever `breaks` says so.
 *
 * @param stretches in order of time
 * @param breaks whether a stretch belongs to no run, such as one without a number
 */
export function runsOf<Item extends Stretch>(
  stretches: readonly Item[],
  breaks: (item: Item) => boolean = () => false,
): readonly (readonly Item[])[] {
  const runs: Item[][] = [];
  let last: Item | undefined;
  for (const item of stretches) {
    if (breaks(item)) {
      last = undefined;
      continue;
    }
    if (last !== undefined && last.end === item.start) runs.at(-1)?.push(item);
    else runs.push([item]);
    last = item;
  }
  return runs;
}
