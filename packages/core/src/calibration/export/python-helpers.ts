import type { Language } from "./expressions.ts";

function helper(code: string, ...uses: readonly string[]): { lines: readonly string[]; uses: readonly string[] } {
  return { lines: [...code.trim().split("\n"), ""], uses };
}

/** What generated Python is made of. */
export const python: Language = {
  constant: (name, values) => [`${name} = ${values}`],
  scalarFunction: (name, expression) => ["", `def ${name}(p):`, `    return ${expression}`, ""],
  rowFunction: (name, expression) => ["", `def ${name}(z):`, `    return ${expression}`, ""],
  functionList: (name, functions) => [`${name} = [${functions.join(", ")}]`],
  helpers: {
    logistic: helper(`
def logistic(x):
    if x < 0:
        e = math.exp(x)
        return e / (1 + e)
    return 1 / (1 + math.exp(-x))`),
    clipped: helper(`
def clipped(p, clip):
    return min(max(p, clip), 1 - clip)`),
    logit: helper(
      `
def logit(p, clip):
    p = clipped(p, clip)
    return math.log(p) - math.log1p(-p)`,
      "clipped",
    ),
    logp: helper(
      `
def logp(p, clip):
    return math.log(clipped(p, clip))`,
      "clipped",
    ),
    minuslogq: helper(
      `
def minuslogq(p, clip):
    return -math.log1p(-clipped(p, clip))`,
      "clipped",
    ),
    capped: helper(`
def capped(p):
    return min(1.0, p)`),
    interpolate: helper(`
def interpolate(p, x, y):
    k = bisect.bisect_left(x, p)
    if k == len(x):
        return y[k - 1]
    if k == 0 or x[k] == p:
        return y[k]
    return y[k - 1] + ((p - x[k - 1]) / (x[k] - x[k - 1])) * (y[k] - y[k - 1])`),
    step: helper(`
def step(p, x, at, between):
    k = bisect.bisect_left(x, p)
    return at[k] if k < len(x) and x[k] == p else between[k]`),
    merged: helper(`
def merged(lower, upper):
    return upper / (1 - lower + upper)`),
    spline: helper(`
def spline(x, knots, pieces):
    last = len(knots) - 1
    i = min(max(bisect.bisect_right(knots, x) - 1, 0), last - 1)
    a, b, c, d = pieces[i]
    t = min(max(x, knots[0]), knots[last]) - knots[i]
    slope = b + t * (2 * c + t * 3 * d)
    beyond = min(x - knots[0], 0) + max(x - knots[last], 0)
    return a + t * (b + t * (c + t * d)) + beyond * slope`),
    softmax: helper(`
def softmax(z):
    top = max(z)
    e = [math.exp(v - top) for v in z]
    total = sum(e)
    return [v / total for v in e]`),
    uniform: helper(`
def uniform(z):
    return [1 / len(z)] * len(z)`),
    mixture: helper(`
def mixture(weights, parts):
    return [sum(w * q for w, q in zip(weights, column)) for column in zip(*parts)]`),
    times: helper(`
def times(scale, z):
    return [scale * v for v in z]`),
    each: helper(`
def each(scale, z):
    return [a * v for a, v in zip(scale, z)]`),
    product: helper(`
def product(scale, z):
    return [sum(map(operator.mul, row, z)) for row in scale]`),
    plus: helper(`
def plus(z, bias):
    return [v + b for v, b in zip(z, bias)]`),
    prepared: helper(
      `
def prepared(z, beta, mix):
    """ln((1 - mix) * softmax(beta * z) + mix / K)"""
    g = [beta * v for v in z]
    if mix > 0:
        return [math.log((1 - mix) * p + mix / len(z)) for p in softmax(g)]
    top = max(g)
    shift = math.log(sum(math.exp(v - top) for v in g))
    return [v - top - shift for v in g]`,
      "softmax",
    ),
    normalised: helper(`
def normalised(p):
    total = sum(p)
    return [v / total if total > 0 else 1 / len(p) for v in p]`),
    oneversusrest: helper(
      `
def oneversusrest(p, maps):
    return normalised([m(v) for m, v in zip(maps, p)])`,
      "normalised",
    ),
    toplabel: helper(`
def toplabel(p, maps):
    """Maps the first largest probability; the others share the rest as before."""
    top = p.index(max(p))
    q = maps[top if len(maps) > 1 else 0](p[top])
    others = sum(p[:top]) + sum(p[top + 1:])
    if others > 0:
        result = [(v / others) * (1 - q) for v in p]
    else:
        result = [(1 - q) / (len(p) - 1)] * len(p)
    result[top] = q
    return result`),
    ordered: helper(`
def ordered(p, z):
    """The nearest probabilities in which the class with the largest logit has the largest."""
    kept = z.index(max(z))
    if p.index(max(p)) == kept:
        return p
    mean, count = p[kept], 1
    for v in sorted((v for v in p if v > p[kept]), reverse=True):
        if v <= mean:
            break
        mean = (mean * count + v) / (count + 1)
        count += 1
    result = [min(v, mean) for v in p]
    result[kept] = max(result) * (1 + 2.0 ** -52)
    return result`),
    logs: helper(`
def logs(p):
    return [math.log(max(v, 1e-300)) for v in p]`),
  },
};
