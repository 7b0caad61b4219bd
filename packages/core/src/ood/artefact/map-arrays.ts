import type { OodArray, OodDetector, OodDetectorDraft } from "../detector.ts";

/**
 * The detector with every array replaced by what a function makes of it.
 *
 * @param map gets the array and its name: `head.weights`, or the method of the part and the name in it, as `knn.bank`
 */
export function mapArrays<Detector extends OodDetector | OodDetectorDraft>(
  detector: Detector,
  map: (array: OodArray, name: string) => OodArray,
): Detector {
  const { head, parts } = detector;
  return {
    ...detector,
    head: head === null ? null : { weights: map(head.weights, "head.weights"), bias: map(head.bias, "head.bias") },
    parts: parts.map((part) => ({
      ...part,
      arrays: Object.fromEntries(
        Object.entries(part.arrays).map(([name, array]) => [name, map(array, `${part.method}.${name}`)]),
      ),
    })),
  };
}

/** All arrays of a detector with their names. */
export function namedArrays(detector: OodDetector | OodDetectorDraft): { name: string; array: OodArray }[] {
  const found: { name: string; array: OodArray }[] = [];
  mapArrays(detector, (array, name) => {
    found.push({ name, array });
    return array;
  });
  return found;
}
