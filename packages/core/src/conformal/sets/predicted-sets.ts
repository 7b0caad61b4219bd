/** One set of classes per row, as bits. Plain data. */
export interface PredictedSets {
  readonly rows: number;
  readonly classes: number;
  /** Classes in the set of each row, in [0, classes]. */
  readonly sizes: Int32Array;
  /** rows × ⌈classes / 32⌉ words, row after row; bit k mod 32 of word ⌊k / 32⌋ is set where class k is in the set. */
  readonly bits: Uint32Array;
}

/** Sets without members, to be filled. */
export function emptySetsOf(rows: number, classes: number): PredictedSets {
  return { rows, classes, sizes: new Int32Array(rows), bits: new Uint32Array(rows * Math.ceil(classes / 32)) };
}

/** Puts a class into the set of a row that does not have it. */
export function addToSet(sets: PredictedSets, row: number, k: number): void {
  sets.bits[row * Math.ceil(sets.classes / 32) + (k >>> 5)] |= 1 << (k & 31);
  sets.sizes[row]++;
}

/**
 * Whether a class is in the set of a row.
 *
 * @param row in [0, rows)
 * @param k class index in [0, classes)
 */
export function setContains(sets: PredictedSets, row: number, k: number): boolean {
  return ((sets.bits[row * Math.ceil(sets.classes / 32) + (k >>> 5)] >>> (k & 31)) & 1) === 1;
}

/**
 * The classes in the set of a row, ascending.
 *
 * @param row in [0, rows)
 */
export function setMembers(sets: PredictedSets, row: number): number[] {
  const members: number[] = [];
  for (let k = 0; k < sets.classes; k++) if (setContains(sets, row, k)) members.push(k);
  return members;
}
