/**
 * Which points of a curve to draw: both ends, those marked to be kept, and others spread evenly along the curve.
 *
 * @param x n abscissae, monotone
 * @param y n ordinates
 * @param keep 1 for each point that carries the shape; may be more than `maxPoints`, then they are thinned as well
 * @param maxPoints ≥ 2
 * @returns ascending indices, at most `maxPoints`; the first and last point are always among them
 */
export function thinCurve(x: Float64Array, y: Float64Array, keep: Uint8Array, maxPoints: number): Uint32Array {
  const n = x.length;
  if (n <= maxPoints) return Uint32Array.from({ length: n }, (_, i) => i);
  const marked: number[] = [];
  for (let i = 1; i < n - 1; i++) if (keep[i] === 1) marked.push(i);
  const chosen = new Set<number>([0, n - 1]);
  const stride = Math.max(1, Math.ceil(marked.length / Math.max(1, Math.floor((maxPoints - 2) / 2))));
  if (maxPoints > 2) for (let k = 0; k < marked.length; k += stride) chosen.add(marked[k]);

  const room = maxPoints - chosen.size;
  if (room > 0) {
    const travelled = new Float64Array(n);
    for (let i = 1; i < n; i++) travelled[i] = travelled[i - 1] + Math.abs(x[i] - x[i - 1]) + Math.abs(y[i] - y[i - 1]);
    const step = travelled[n - 1] / (room + 1);
    let next = step;
    for (let i = 1; i < n - 1; i++)
      if (travelled[i] >= next) {
        chosen.add(i);
        next = (Math.floor(travelled[i] / step) + 1) * step;
      }
  }
  return Uint32Array.from(chosen).sort();
}
