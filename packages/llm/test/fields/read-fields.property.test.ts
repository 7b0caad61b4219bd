import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Field } from "../../src/fields/field.ts";
import { readFields } from "../../src/fields/read-fields.ts";
import type { Token } from "../../src/trace/token.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

const key = fc.oneof(
  fc.constantFrom("a", "name", "odd key", "", "é", "日本", "__proto__", "😀"),
  fc.string({ unit: "binary" }),
);
const leaf = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.constantFrom("", "🎉 数据", '"', "\\", "\u0000\u2028", "5}", '","'),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
);
const { value: anyValue } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    leaf,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(key, tie("value"), { maxKeys: 4 }),
  ),
}));

/** JSON with white space wherever it may stand and some characters escaped; `next` gives numbers below its argument. */
function write(value: unknown, next: (below: number) => number): string {
  const gap = (): string => ["", "", "", " ", "\n", "\t ", "\r\n"][next(7)] ?? "";
  const escaped = (c: string): string =>
    Array.from({ length: c.length }, (_, i) => `\\u${c.charCodeAt(i).toString(16).padStart(4, "0")}`).join("");
  const text = (s: string): string =>
    `"${Array.from(s, (c) => (next(6) === 0 ? escaped(c) : JSON.stringify(c).slice(1, -1))).join("")}"`;
  if (Array.isArray(value)) return `[${gap()}${value.map((v) => write(v, next)).join(`${gap()},${gap()}`)}${gap()}]`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).map(([k, v]) => `${text(k)}${gap()}:${gap()}${write(v, next)}`);
    return `{${gap()}${members.join(`${gap()},${gap()}`)}${gap()}}`;
  }
  return typeof value === "string" ? text(value) : Object.is(value, -0) ? "-0" : JSON.stringify(value);
}

/** The text cut into tokens at any bytes, each with a probability; `next` as above. */
function cut(text: string, next: (below: number) => number, widest: number): Token[] {
  const bytes = [...encoder.encode(text)];
  const list: Token[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(bytes.length, at + 1 + next(widest));
    const part = bytes.slice(at, end);
    list.push({
      text: new TextDecoder().decode(Uint8Array.from(part)),
      bytes: part,
      id: null,
      logprob: -next(1000) / 997,
      logprobBound: null,
      top: [],
      channel: "content",
      start: at,
      end,
    });
    at = end;
  }
  return list;
}

function numbersFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** What `JSON.parse` gives, leaf by leaf; paths are checked elsewhere. */
function leavesOf(value: unknown): unknown[] {
  if (typeof value !== "object" || value === null) return [value];
  const inside = Object.values(value);
  return inside.length === 0 ? [value] : inside.flatMap(leavesOf);
}

/** The value at a path as `readFields` writes it. */
function at(root: unknown, path: string): unknown {
  let value = root;
  for (const [, name, index, quoted] of path.matchAll(/\.([^.[\]]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/gu)) {
    const step = name ?? (index === undefined ? String(JSON.parse(quoted ?? '""')) : index);
    if (typeof value !== "object" || value === null) throw new Error(`no ${path}`);
    value = Object.getOwnPropertyDescriptor(value, step)?.value;
  }
  return value;
}

/** Whether two leaves of JSON are the same; −0 is not 0. */
function isSame(a: unknown, b: unknown): boolean {
  return Object.is(a, b) || (typeof a === "object" && JSON.stringify(a) === JSON.stringify(b));
}

const logs = (field: Field): number =>
  Math.log(field.probability ?? Number.NaN) +
  Math.log(field.quoteProbability ?? Number.NaN) +
  Math.log(field.separatorProbability ?? Number.NaN);

/** Plain, because `expect` in loops this long costs seconds. */
function must(isTrue: boolean, what: string): void {
  if (!isTrue) throw new Error(`must hold: ${what}`);
}

const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });

describe("readFields(text, tokens), of any JSON cut into tokens at any bytes", () => {
  it("gives the values of JSON.parse, each at its path, as they stand in the text", () => {
    fc.assert(
      fc.property(anyValue, seeds, (value, seed) => {
        const next = numbersFrom(seed);
        const text = write(value, next);
        const parsed: unknown = JSON.parse(text);
        const fields = readFields(text, cut(text, next, 7));
        const bytes = encoder.encode(text);
        for (const field of fields) {
          const value = at(parsed, field.path);
          must(isSame(JSON.parse(field.json), value), "its JSON is the value at its path");
          must(isSame(field.value, value), "its value is the one at its path");
          must(decoder.decode(bytes.subarray(field.start, field.end)) === field.json, "it stands at its place");
          must(!field.flags.includes("incomplete"), "whole JSON has no incomplete field");
          must(!field.flags.includes("no-tokens"), "every field has tokens");
        }
        expect(new Set(fields.map(({ path }) => path)).size).toBe(leavesOf(parsed).length);
      }),
      { numRuns: 400 },
    );
  });

  it("counts every token once: the masses multiply to the probability of the sequence", () => {
    fc.assert(
      fc.property(anyValue, seeds, fc.constantFrom(1, 2, 5, 12), (value, seed, widest) => {
        const next = numbersFrom(seed);
        const text = `${[" ", "\n", ""][next(3)]}${write(value, next)}${["\n", ""][next(2)]}`;
        const list = cut(text, next, widest);
        const fields = readFields(text, list);
        const times = list.map((_, k) => fields.filter(({ tokens }) => tokens.includes(k)).length);
        const again = list.reduce((sum, token, k) => sum + (token.logprob ?? 0) * Math.max(0, (times[k] ?? 0) - 1), 0);
        const all = list.reduce((sum, token) => sum + (token.logprob ?? 0), 0);
        const got = fields.reduce((sum, field) => sum + logs(field), 0) - again;
        expect(Math.abs(got - all)).toBeLessThanOrEqual(1e-12 * (1 + list.length));
        for (const { probability, bounds, tokens, flags } of fields) {
          must(bounds[0] <= (probability ?? 0), "the lower bound is one");
          must(bounds[1] >= (probability ?? 1), "the upper bound is one");
          if (!flags.includes("shared-token"))
            must(bounds[0] === probability && bounds[1] === probability, "only shared tokens leave a range");
          must(tokens.length > 0, "a field has tokens");
        }
      }),
      { numRuns: 400 },
    );
  });

  it("reads every beginning of it, and never more fields than the whole", () => {
    fc.assert(
      fc.property(anyValue, seeds, (value, seed) => {
        const next = numbersFrom(seed);
        const text = write(value, next);
        const whole = readFields(text);
        for (let length = 0; length < text.length; length++) {
          const fields = readFields(text.slice(0, length));
          must(fields.length <= whole.length, "a beginning has no more fields");
          fields.forEach((field, i) => {
            must(field.path === whole[i]?.path, "it has the same paths");
            if (i < fields.length - 1) must(field.json === whole[i]?.json, "all but its last field are the same");
          });
        }
      }),
      { numRuns: 60 },
    );
  });

  it("accepts and refuses what JSON.parse does, of texts one character off", () => {
    fc.assert(
      fc.property(anyValue, seeds, (value, seed) => {
        const next = numbersFrom(seed);
        const text = write(value, next);
        const place = next(text.length);
        const other = '{}[]":,\\0-1e.tu \n'[next(17)] ?? "";
        const changed = text.slice(0, place) + other + text.slice(place + next(2));
        const accepts = (parse: () => unknown): boolean => {
          try {
            parse();
            return true;
          } catch {
            return false;
          }
        };
        if (accepts(() => JSON.parse(changed))) expect(accepts(() => readFields(changed))).toBe(true);
        else if (accepts(() => readFields(changed))) {
          // What is accepted beyond JSON.parse is a beginning: something can be added to make it JSON.
          const fields = readFields(changed);
          expect(accepts(() => readFields(`${changed}\u0001`))).toBe(false);
          expect(fields.every(({ end }) => end <= encoder.encode(changed).length)).toBe(true);
        }
      }),
      { numRuns: 600 },
    );
  });
});

/** Anything that could stand beside a token: parts of JSON, junk, half characters, unknown mass. */
function withAlternatives(list: readonly Token[], next: (below: number) => number): Token[] {
  const pieces = [
    '"',
    "5",
    "5}",
    " 5,",
    "null",
    "tr",
    "[",
    "{",
    "]",
    '","',
    '":',
    "-",
    "1e",
    "\\u00",
    "é",
    "",
    " ",
    "abc",
  ];
  return list.map((token) => {
    const top = Array.from({ length: next(6) }, () => {
      const text = (next(3) === 0 ? token.text : "") + (pieces[next(pieces.length)] ?? "");
      const bytes = next(4) === 0 ? null : [...encoder.encode(text)].slice(0, 1 + next(4));
      return { text, bytes, id: null, logprob: next(5) === 0 ? null : Math.log((1 + next(9)) / 60) };
    });
    const own = { text: token.text, bytes: token.bytes, id: null, logprob: token.logprob };
    return { ...token, logprob: next(20) === 0 ? null : token.logprob, top: next(2) === 0 ? [own, ...top] : top };
  });
}

describe("readFields(text, tokens), with any alternatives beside the tokens", () => {
  it("gives probabilities within bounds within [0, 1], or null, and alternatives in order", () => {
    fc.assert(
      fc.property(anyValue, seeds, fc.constantFrom(1, 3, 8), (value, seed, widest) => {
        const next = numbersFrom(seed);
        const text = write(value, next);
        const prefix = text.slice(0, 1 + next(text.length));
        for (const each of [text, prefix]) {
          for (const field of readFields(each, withAlternatives(cut(each, next, widest), next))) {
            const { probability, bounds, alternatives, flags } = field;
            must(bounds[0] >= 0 && bounds[1] <= 1, "bounds are within [0, 1]");
            must(bounds[0] <= (probability ?? bounds[1]), "the lower bound is one");
            must((probability ?? bounds[0]) <= bounds[1], "the upper bound is one");
            const isUnknown = flags.includes("unknown-token") || flags.includes("no-tokens");
            must((probability === null) === isUnknown, "a flag says why there is no probability");
            must(alternatives.length <= 10, "at most ten alternatives");
            alternatives.forEach((alternative, i) => {
              must(alternative.probability >= 0, "a probability");
              must(alternative.probability <= (alternatives[i - 1]?.probability ?? 1), "alternatives are in order");
              if (alternative.complete && alternative.json !== field.json) JSON.parse(alternative.json);
            });
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("readFields(text, tokens), of long answers", () => {
  const rows = Array.from({ length: 1700 }, (_, i) => ({
    id: i,
    name: `Item number ${i}`,
    ok: i % 2 === 0,
    é: "数据",
  }));
  const text = JSON.stringify(rows);

  it("reads 100 kB of 30 000 tokens", () => {
    const list = cut(text, numbersFrom(1), 6).map((token) => ({ ...token }));
    expect(encoder.encode(text).length).toBeGreaterThan(100_000);
    expect(list.length).toBeGreaterThan(29_000);
    expect(readFields(text, list)).toHaveLength(4 * rows.length);
  });
});
