import type { Language } from "./expressions.ts";

function helper(code: string, ...uses: readonly string[]): { lines: readonly string[]; uses: readonly string[] } {
  return { lines: code.trim().split("\n"), uses };
}

/** What generated TypeScript is made of. */
export const typescript: Language = {
  constant: (name, values) => [`const ${name}${values.startsWith("[]") ? ": number[]" : ""} = ${values};`],
  scalarFunction: (name, expression) => [`function ${name}(p: number): number {`, `  return ${expression};`, "}"],
  rowFunction: (name, expression) => [`function ${name}(z: number[]): number[] {`, `  return ${expression};`, "}"],
  functionList: (name, functions) => [`const ${name} = [${functions.join(", ")}];`],
  helpers: {
    logistic: helper(`
function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}`),
    clipped: helper(`
function clipped(p: number, clip: number): number {
  return Math.min(Math.max(p, clip), 1 - clip);
}`),
    logit: helper(
      `
function logit(p: number, clip: number): number {
  return Math.log(clipped(p, clip)) - Math.log1p(-clipped(p, clip));
}`,
      "clipped",
    ),
    logp: helper(
      `
function logp(p: number, clip: number): number {
  return Math.log(clipped(p, clip));
}`,
      "clipped",
    ),
    minuslogq: helper(
      `
function minuslogq(p: number, clip: number): number {
  return -Math.log1p(-clipped(p, clip));
}`,
      "clipped",
    ),
    capped: helper(`
function capped(p: number): number {
  return Math.min(1, p);
}`),
    below: helper(`
/** How many of the ascending knots are below p. */
function below(knots: number[], p: number): number {
  let low = 0;
  let high = knots.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (knots[middle]! < p) low = middle + 1;
    else high = middle;
  }
  return low;
}`),
    interpolate: helper(
      `
function interpolate(p: number, x: number[], y: number[]): number {
  const k = below(x, p);
  if (k === x.length) return y[k - 1]!;
  if (k === 0 || x[k] === p) return y[k]!;
  return y[k - 1]! + ((p - x[k - 1]!) / (x[k]! - x[k - 1]!)) * (y[k]! - y[k - 1]!);
}`,
      "below",
    ),
    step: helper(
      `
function step(p: number, x: number[], at: number[], between: number[]): number {
  const k = below(x, p);
  return x[k] === p ? at[k]! : between[k]!;
}`,
      "below",
    ),
    merged: helper(`
function merged(lower: number, upper: number): number {
  return upper / (1 - lower + upper);
}`),
    spline: helper(`
function spline(x: number, knots: number[], pieces: number[][]): number {
  const last = knots.length - 1;
  let i = 0;
  while (i < last - 1 && knots[i + 1]! <= x) i++;
  const [a, b, c, d] = pieces[i]! as [number, number, number, number];
  const t = Math.min(Math.max(x, knots[0]!), knots[last]!) - knots[i]!;
  const slope = b + t * (2 * c + t * 3 * d);
  const beyond = x < knots[0]! ? x - knots[0]! : x > knots[last]! ? x - knots[last]! : 0;
  return a + t * (b + t * (c + t * d)) + beyond * slope;
}`),
    softmax: helper(`
function softmax(z: number[]): number[] {
  const top = Math.max(...z);
  const e = z.map((v) => Math.exp(v - top));
  const sum = e.reduce((a, b) => a + b, 0);
  return e.map((v) => v / sum);
}`),
    uniform: helper(`
function uniform(z: number[]): number[] {
  return z.map(() => 1 / z.length);
}`),
    mixture: helper(`
function mixture(weights: number[], parts: number[][]): number[] {
  return parts[0]!.map((_, k) => parts.reduce((sum, part, i) => sum + weights[i]! * part[k]!, 0));
}`),
    times: helper(`
function times(scale: number, z: number[]): number[] {
  return z.map((v) => scale * v);
}`),
    each: helper(`
function each(scale: number[], z: number[]): number[] {
  return z.map((v, k) => scale[k]! * v);
}`),
    product: helper(`
function product(scale: number[][], z: number[]): number[] {
  return scale.map((row) => row.reduce((sum, a, j) => sum + a * z[j]!, 0));
}`),
    plus: helper(`
function plus(z: number[], bias: number[]): number[] {
  return z.map((v, k) => v + bias[k]!);
}`),
    prepared: helper(
      `
/** ln((1 - mix) · softmax(beta · z) + mix / K). */
function prepared(z: number[], beta: number, mix: number): number[] {
  const g = z.map((v) => beta * v);
  if (mix > 0) return softmax(g).map((p) => Math.log((1 - mix) * p + mix / z.length));
  const top = Math.max(...g);
  const shift = Math.log(g.reduce((sum, v) => sum + Math.exp(v - top), 0));
  return g.map((v) => v - top - shift);
}`,
      "softmax",
    ),
    normalised: helper(`
function normalised(p: number[]): number[] {
  const sum = p.reduce((a, b) => a + b, 0);
  return p.map((v) => (sum > 0 ? v / sum : 1 / p.length));
}`),
    oneversusrest: helper(
      `
function oneversusrest(p: number[], maps: ((p: number) => number)[]): number[] {
  return normalised(p.map((v, k) => maps[k]!(v)));
}`,
      "normalised",
    ),
    toplabel: helper(`
/** Maps the first largest probability; the others share the rest as before. */
function toplabel(p: number[], maps: ((p: number) => number)[]): number[] {
  const top = p.indexOf(Math.max(...p));
  const q = maps[maps.length > 1 ? top : 0]!(p[top]!);
  const others = p.reduce((sum, v, k) => (k === top ? sum : sum + v), 0);
  return p.map((v, k) => {
    if (k === top) return q;
    return others > 0 ? (v / others) * (1 - q) : (1 - q) / (p.length - 1);
  });
}`),
    ordered: helper(`
/** The nearest probabilities in which the class with the largest logit has the largest. */
function ordered(p: number[], z: number[]): number[] {
  const kept = z.indexOf(Math.max(...z));
  const rival = p.indexOf(Math.max(...p));
  if (rival === kept) return p;
  const above = p.filter((v) => v > p[kept]!).sort((a, b) => b - a);
  let mean = p[kept]!;
  above.every((v, m) => {
    if (v <= mean) return false;
    mean = (mean * (m + 1) + v) / (m + 2);
    return true;
  });
  const result = p.map((v) => Math.min(v, mean));
  result[kept] = Math.max(...result) * (1 + Number.EPSILON);
  return result;
}`),
    logs: helper(`
function logs(p: number[]): number[] {
  return p.map((v) => Math.log(Math.max(v, 1e-300)));
}`),
  },
};
