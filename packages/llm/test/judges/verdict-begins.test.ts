import { createRandom } from "@candor/core";
import { describe, expect, it } from "vitest";
import { judgeBoolean } from "../../src/judges/judge-boolean.ts";
import { judgeChoice } from "../../src/judges/judge-choice.ts";
import { token, trace } from "../scores/traces.ts";

/** A token, its probability, and what may follow; null where the answer ends with it. */
interface Branch {
  readonly text: string;
  readonly p: number;
  readonly next: readonly Branch[] | null;
}

interface Grammar {
  readonly [text: string]: Grammar | null;
}

const grammar: Grammar = {
  pos: { itive: null, sible: null },
  positive: null,
  " positive": null,
  ne: { gative: null, utral: null, ver: null },
  neg: { ative: null, lect: null },
  neutral: null,
  n: { egative: null, eutral: null, "ot sure": null, ope: null },
  not: { " sure": null, " a": null },
  The: null,
  "**": { positive: null, neg: { ative: null }, x: null },
  "\n": { neutral: null, negative: null, hm: null },
};

const candidates = ["positive", "negative", "neutral", "not sure"];

const candidateOf = (text: string): number => candidates.indexOf(text.replace(/^[*\s]+/u, ""));

describe("where a verdict begins", () => {
  it("judgeBoolean(trace) counts the verdicts that stood beside the formatting of the one that was written", () => {
    const bold = token("**", 0.1, [
      ["false", 0.9],
      ["**", 0.1],
    ]);
    const yes = token("true", 0.95, [
      ["true", 0.95],
      ["false", 0.05],
    ]);
    const judged = judgeBoolean(trace([bold, yes, token("**", 1)]), { vocabulary: 2 });
    expect(judged.verdict).toBe(true);
    expect(judged.value.value).toBeCloseTo(0.095, 12);
    expect(judged.value.bounds?.[0]).toBeCloseTo(0.095, 12);
    expect(judged.value.bounds?.[1]).toBeCloseTo(0.095, 12);
    const { value } = judgeBoolean(trace([token("Verdict:", 1), bold, yes]), { vocabulary: 2 });
    expect(value.value).toBeCloseTo(0.095, 12);
  });

  it("judgeBoolean(trace) leaves open what was not listed beside formatting", () => {
    const unsure = token("**", 0.3, [
      ["**", 0.3],
      ["The", 0.3],
    ]);
    const yes = token("true", 1, [["true", 1]]);
    const { bounds } = judgeBoolean(trace([unsure, yes])).value;
    expect(bounds?.[0]).toBeCloseTo(0.3 / 0.7, 12);
    expect(bounds?.[1]).toBe(1);
  });

  it("judgeChoice(trace, candidates) holds the true shares of any tree of tokens in its bounds", () => {
    const random = createRandom(31);
    const spread = (of: Grammar): Branch[] => {
      const names = Object.keys(of);
      const weights = names.map(() => (-Math.log(random.uniform())) ** (1 + 3 * random.uniform()));
      const total = weights.reduce((a, b) => a + b, 0);
      return names.map((text, i) => {
        const below = of[text] ?? null;
        return { text, p: (weights[i] ?? 0) / total, next: below === null ? null : spread(below) };
      });
    };
    const add = (branches: readonly Branch[], before: string, reach: number, shares: number[]): void => {
      for (const { text, p, next } of branches) {
        if (next !== null) add(next, before + text, reach * p, shares);
        const candidate = next === null ? candidateOf(before + text) : -1;
        if (candidate >= 0) shares[candidate] = (shares[candidate] ?? 0) + reach * p;
      }
    };
    let judged = 0;
    for (let run = 0; run < 1500; run++) {
      const tree = spread(grammar);
      const k = [2, 3, 5, 20][Math.floor(random.uniform() * 4)] ?? 2;
      const tokens = [];
      let written = "";
      let widest = 0;
      for (let here: readonly Branch[] | null = tree; here !== null; ) {
        let u = random.uniform();
        const ordered: readonly Branch[] = here.toSorted((a, b) => b.p - a.p);
        let chosen = ordered[0];
        for (const each of ordered) {
          chosen = each;
          u -= each.p;
          if (u < 0) break;
        }
        if (chosen === undefined) throw new Error("a place has tokens");
        const { text, p, next }: Branch = chosen;
        const listed = ordered.slice(0, k);
        const known = ordered.filter((each, rank) => each === chosen || (rank < k && !/^[*\n]/u.test(each.text)));
        if (/^[*\n]/u.test(text)) widest = Math.max(widest, 1 - known.reduce((sum, each) => sum + each.p, 0));
        tokens.push(
          token(
            text,
            p,
            listed.map((each): [string, number] => [each.text, each.p]),
          ),
        );
        written += text;
        here = next;
      }
      if (candidateOf(written) < 0) continue;
      judged++;
      const shares = candidates.map(() => 0);
      add(tree, "", 1, shares);
      const total = shares.reduce((a, b) => a + b, 0);
      // Up to 0.05 beside formatting is not looked for.
      const slack = widest > 0 && widest <= 0.05 ? 0.05 / Math.min(1, total) : 1e-9;
      judgeChoice(trace(tokens), candidates, { vocabulary: 40 }).options.forEach(({ bounds }, c) => {
        const truth = (shares[c] ?? 0) / total;
        expect(truth).toBeGreaterThanOrEqual((bounds?.[0] ?? 0) - slack);
        expect(truth).toBeLessThanOrEqual((bounds?.[1] ?? 1) + slack);
      });
    }
    expect(judged).toBeGreaterThan(500);
  });
});
