import type { BinaryMap, LogisticMap, StepMap } from "../binary-map.ts";
import type { LinearMap, MulticlassMap } from "../multiclass-map.ts";
import { type SqlProgram, sqlNumber, sqlNumbers } from "./sql-program.ts";

/** Knots up to which nested cases are written instead of a table. */
const CASES = 256;
const BELOW_ALL = "'-infinity'::DOUBLE";

function term({ feature, coefficient }: LogisticMap["terms"][number], v: Record<string, string>): string {
  return feature === "one" ? sqlNumber(coefficient) : `${sqlNumber(coefficient)} * ${v[feature]}`;
}

function logistic(program: SqlProgram, eta: string): string {
  return program.step(`1e0 / (1e0 + exp(-(${eta})))`);
}

/** The logarithms of a probability and of its complement. */
function logarithms(program: SqlProgram, p: string, clip: number): { log: string; complement: string } {
  const clipped = program.step(`least(greatest(${p}, ${sqlNumber(clip)}), ${sqlNumber(1 - clip)})`);
  return { log: program.step(`ln(${clipped})`), complement: program.step(`ln(1e0 - ${clipped})`) };
}

function logisticMap(program: SqlProgram, { terms, clip }: LogisticMap, p: string): string {
  const direct = terms.every(({ feature }) => feature === "one" || feature === "score");
  if (direct) return logistic(program, terms.map((entry) => term(entry, { score: p })).join(" + "));
  const { log, complement } = logarithms(program, p, clip);
  const logit = program.step(`${log} - ${complement}`);
  const values = {
    score: p,
    logit,
    "logit-squared": `${logit} * ${logit}`,
    log,
    "minus-log-complement": `(-${complement})`,
  };
  return logistic(program, terms.map((entry) => term(entry, values)).join(" + "));
}

/** Nested cases that halve the knots: the leaf k is for scores from x[k - 1] to below x[k]. */
function searchTree(x: readonly number[], p: string, leaf: (k: number) => string, low: number, high: number): string {
  if (low === high) return leaf(low);
  const middle = (low + high + 1) >> 1;
  const below = searchTree(x, p, leaf, low, middle - 1);
  return `CASE WHEN ${p} < ${sqlNumber(x[middle - 1])} THEN ${below} ELSE ${searchTree(x, p, leaf, middle, high)} END`;
}

function stepMap(program: SqlProgram, { x, at, between }: StepMap, p: string): string {
  if (x.length === 0) return program.step(`${p} * 0e0 + ${sqlNumber(between[0])}`);
  if (x.length <= CASES) {
    const leaf = (k: number): string =>
      k === 0 || at[k - 1] === between[k]
        ? sqlNumber(between[k])
        : `CASE WHEN ${p} = ${sqlNumber(x[k - 1])} THEN ${sqlNumber(at[k - 1])} ELSE ${sqlNumber(between[k])} END`;
    return program.step(searchTree(x, p, leaf, 0, x.length));
  }
  const columns = {
    x: `[${BELOW_ALL}, ${x.map(sqlNumber).join(", ")}]`,
    y: sqlNumbers([0, ...at]),
    above: sqlNumbers(between),
  };
  return program.lookup(p, columns, `CASE WHEN ${p} = $k.x THEN $k.y ELSE $k.above END`);
}

function interpolated(program: SqlProgram, x: readonly number[], y: readonly number[], p: string): string {
  const last = x.length - 1;
  if (x.length <= CASES) {
    const leaf = (k: number): string => {
      if (k === 0 || k > last) return sqlNumber(y[k === 0 ? 0 : last]);
      const [from, width, rise] = [x[k - 1], x[k] - x[k - 1], y[k] - y[k - 1]].map(sqlNumber);
      return `${sqlNumber(y[k - 1])} + ((${p} - ${from}) / ${width}) * ${rise}`;
    };
    return program.step(searchTree(x, p, leaf, 0, x.length));
  }
  const columns = {
    x: `[${BELOW_ALL}, ${x.map(sqlNumber).join(", ")}]`,
    start: sqlNumbers([0, ...x]),
    y: sqlNumbers([y[0], ...y]),
    width: sqlNumbers([1, ...x.map((knot, i) => (i < last ? x[i + 1] - knot : 1))]),
    rise: sqlNumbers([0, ...y.map((value, i) => (i < last ? y[i + 1] - value : 0))]),
  };
  return program.lookup(p, columns, `$k.y + ((${p} - $k.start) / $k.width) * $k.rise`);
}

function spline(program: SqlProgram, map: Extract<BinaryMap, { kind: "spline" }>, p: string): string {
  const { knots, pieces, clip } = map;
  const last = knots.length - 1;
  const { log, complement } = logarithms(program, p, clip);
  const l = program.step(`${log} - ${complement}`);
  const inside = program.step(`least(greatest(${l}, ${sqlNumber(knots[0])}), ${sqlNumber(knots[last])})`);
  const choose = (value: (i: number) => string): string => {
    const cases = pieces.slice(0, -1).map((_, i) => `WHEN ${l} < ${sqlNumber(knots[i + 1])} THEN ${value(i)}`);
    return cases.length === 0 ? value(0) : `CASE ${cases.join(" ")} ELSE ${value(last - 1)} END`;
  };
  const t = program.step(choose((i) => `${inside} - ${sqlNumber(knots[i])}`));
  const [a, b, c, d] = [0, 1, 2, 3].map((j) => program.step(choose((i) => sqlNumber(pieces[i][j]))));
  const slope = program.step(`${b} + ${t} * (2e0 * ${c} + ${t} * 3e0 * ${d})`);
  return logistic(program, `${a} + ${t} * (${b} + ${t} * (${c} + ${t} * ${d})) + (${l} - ${inside}) * ${slope}`);
}

/** The name of what a map makes of the probability `p`, which is a name. */
export function sqlScalar(program: SqlProgram, map: BinaryMap, p: string): string {
  switch (map.kind) {
    case "identity":
      return p;
    case "logistic":
      return logisticMap(program, map, p);
    case "interpolated":
      return interpolated(program, map.x, map.y, p);
    case "step":
      return stepMap(program, map, p);
    case "venn-abers": {
      const lower = stepMap(program, map.lower, p);
      const upper = stepMap(program, map.upper, p);
      return program.step(`${upper} / (1e0 - ${lower} + ${upper})`);
    }
    case "spline":
      return spline(program, map, p);
    case "blend": {
      const parts = map.parts.map((part) => `${sqlNumber(part.weight)} * ${sqlScalar(program, part.map, p)}`);
      return program.step(`least(1e0, ${parts.join(" + ")})`);
    }
    case "chain":
      return map.maps.reduce((before, link) => sqlScalar(program, link, before), p);
  }
}

function softmax(program: SqlProgram, z: string): string {
  const top = program.step(`list_max(${z})`);
  const e = program.step(`list_transform(${z}, lambda v: exp(v - ${top}))`);
  return divided(program, e);
}

function divided(program: SqlProgram, p: string): string {
  const sum = program.step(`list_sum(${p})`);
  return program.step(`list_transform(${p}, lambda v: v / ${sum})`);
}

/** The logarithms of probabilities, of which none counts as less than `least`. */
export function sqlLogs(program: SqlProgram, p: string, least: number): string {
  return program.step(`list_transform(${p}, lambda v: ln(greatest(v, ${sqlNumber(least)})))`);
}

function linear(program: SqlProgram, { scale, bias, prepare }: LinearMap, z: string, K: number): string {
  const g = prepare === null ? z : prepared(program, prepare, z, K);
  const addend = (k: number): string => (bias === null ? "" : ` + ${sqlNumber(bias[k])}`);
  if (typeof scale === "number" && bias === null)
    return softmax(program, program.step(`list_transform(${g}, lambda v: v * ${sqlNumber(scale)})`));
  const entries = Array.from({ length: K }, (_, k) => {
    const row = typeof scale === "number" ? scale : scale[k];
    return typeof row === "number"
      ? `${g}[${k + 1}] * ${sqlNumber(row)}${addend(k)}`
      : `list_dot_product(${g}, ${sqlNumbers(row)})${addend(k)}`;
  });
  return softmax(program, program.step(`[${entries.join(", ")}]`));
}

function prepared(program: SqlProgram, { beta, mix }: { beta: number; mix: number }, z: string, K: number): string {
  const g = program.step(`list_transform(${z}, lambda v: v * ${sqlNumber(beta)})`);
  if (mix > 0) {
    const p = softmax(program, g);
    const floor = sqlNumber(mix / K);
    return program.step(`list_transform(${p}, lambda v: ln(${sqlNumber(1 - mix)} * v + ${floor}))`);
  }
  const top = program.step(`list_max(${g})`);
  const shift = program.step(`ln(list_sum(list_transform(${g}, lambda v: exp(v - ${top}))))`);
  return program.step(`list_transform(${g}, lambda v: v - ${top} - ${shift})`);
}

function topLabel(program: SqlProgram, maps: readonly BinaryMap[], z: string, K: number): string {
  const p = softmax(program, z);
  const top = program.step(`list_max(${p})`);
  const at = program.step(`list_position(${p}, ${top})`);
  const mapped = maps.map((map) => sqlScalar(program, map, top));
  const q =
    mapped.length === 1
      ? mapped[0]
      : program.step(`CASE ${at} ${mapped.map((name, k) => `WHEN ${k + 1} THEN ${name}`).join(" ")} END`);
  const rest = program.step(`list_transform(${p}, lambda v, k: CASE WHEN k = ${at} THEN 0e0 ELSE v END)`);
  const others = program.step(`list_sum(${rest})`);
  return program.step(
    `list_transform(${rest}, lambda v, k: CASE WHEN k = ${at} THEN ${q} WHEN ${others} > 0e0 ` +
      `THEN v / ${others} * (1e0 - ${q}) ELSE (1e0 - ${q}) / ${sqlNumber(K - 1)} END)`,
  );
}

function ordered(program: SqlProgram, p: string, z: string): string {
  const kept = program.step(`list_position(${z}, list_max(${z}))`);
  const rival = program.step(`list_position(${p}, list_max(${p}))`);
  const own = program.step(`${p}[${kept}]`);
  const above = program.step(`list_reverse_sort(list_filter(${p}, lambda v: v > ${own}))`);
  const mean = program.step(
    `list_reduce(${above}, lambda s, v, k: CASE WHEN v <= s THEN s ELSE (s * k + v) / (k + 1e0) END, ${own})`,
  );
  const least = program.step(`list_transform(${p}, lambda v: least(v, ${mean}))`);
  const highest = program.step(`list_max(${least})`);
  return program.step(
    `CASE WHEN ${kept} = ${rival} THEN ${p} ELSE list_transform(${least}, ` +
      `lambda v, k: CASE WHEN k = ${kept} THEN ${highest} * ${sqlNumber(1 + Number.EPSILON)} ELSE v END) END`,
  );
}

/** The name of what a map makes of the list of K logits `z`, which is a name. */
export function sqlRow(program: SqlProgram, map: MulticlassMap, z: string, K: number): string {
  switch (map.kind) {
    case "identity":
      return softmax(program, z);
    case "linear":
      return linear(program, map, z, K);
    case "uniform":
      return program.step(`list_transform(${z}, lambda v: ${sqlNumber(1 / K)})`);
    case "blend": {
      const parts = map.parts.map((part) => ({ weight: part.weight, name: sqlRow(program, part.map, z, K) }));
      const entries = Array.from({ length: K }, (_, k) =>
        parts.map(({ weight, name }) => `${sqlNumber(weight)} * ${name}[${k + 1}]`).join(" + "),
      );
      return program.step(`[${entries.join(", ")}]`);
    }
    case "one-vs-rest": {
      const p = softmax(program, z);
      const parts = map.maps.map((part, k) => sqlScalar(program, part, program.step(`${p}[${k + 1}]`)));
      const list = program.step(`[${parts.join(", ")}]`);
      const sum = program.step(`list_sum(${list})`);
      return program.step(
        `list_transform(${list}, lambda v: CASE WHEN ${sum} > 0e0 THEN v / ${sum} ELSE ${sqlNumber(1 / K)} END)`,
      );
    }
    case "top-label":
      return topLabel(program, "kind" in map.map ? [map.map] : map.map, z, K);
    case "argmax-preserving":
      return ordered(program, sqlRow(program, map.map, z, K), z);
    case "chain":
      return map.maps.reduce(
        (before, link, i) => sqlRow(program, link, i === 0 ? before : sqlLogs(program, before, 1e-300), K),
        z,
      );
  }
}

/** The name of a row of probabilities divided by its sum. */
export function sqlDivided(program: SqlProgram, p: string): string {
  return divided(program, p);
}
