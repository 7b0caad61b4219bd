import type { LlmEntry, LlmGroup } from "@candor/llm";
import { compareAnswers } from "./llm-compare.ts";

/** Gathers answers to the same question. */
export interface GroupCollector {
  /** @param choices answers that came in the same response */
  add(position: number, entry: LlmEntry, choices: number): void;
  /** Groups of two entries or more, in the order of their first; and for each entry in one, how many agree with it. */
  result(): { readonly groups: readonly LlmGroup[]; readonly agreementOf: ReadonlyMap<number, number> };
}

interface Gathered {
  readonly id: string;
  readonly positions: number[];
  /** Null where there is no text to compare. */
  readonly texts: (string | null)[];
  readonly verdicts: { readonly verdict: string; readonly probability: number | null }[];
}

/** The answer as it is compared with others: its text, or the calls it makes. */
function comparable({ text, refusal, fault, toolCalls }: LlmEntry): string | null {
  if (fault !== null) return null;
  if (text !== "") return text;
  if (toolCalls.length > 0) return toolCalls.map((call) => `${call.name}(${call.arguments})`).join("\n");
  return refusal;
}

/** The value that a column of an entry has, as a name; `id` is the entry's own where no column is called so. */
function keyOf(entry: LlmEntry, groupBy: string): string | null {
  const value = Object.hasOwn(entry.columns, groupBy) ? entry.columns[groupBy] : groupBy === "id" ? entry.id : null;
  return value === null || value === undefined ? null : String(value);
}

/**
 * A collector of groups.
 *
 * @param groupBy column whose value answers to the same question share; undefined: only answers of one response belong together
 */
export function createGroupCollector(groupBy: string | undefined): GroupCollector {
  const found = new Map<string, Gathered>();
  return {
    add(position, entry, choices) {
      if (groupBy === undefined && choices < 2) return;
      const id = groupBy === undefined ? (entry.id ?? `line ${entry.line}`) : keyOf(entry, groupBy);
      if (id === null) return;
      const key = groupBy === undefined ? `${entry.line} ${id}` : id;
      const group = found.get(key) ?? { id, positions: [], texts: [], verdicts: [] };
      found.set(key, group);
      group.positions.push(position);
      group.texts.push(comparable(entry));
      const { judgement } = entry;
      if (judgement !== null && judgement.verdict !== null)
        group.verdicts.push({ verdict: String(judgement.verdict), probability: judgement.probability });
    },
    result() {
      const agreementOf = new Map<number, number>();
      const groups = [...found.values()].flatMap((group) => {
        if (group.positions.length < 2) return [];
        const texts = group.texts.filter((text) => text !== null);
        const compared = texts.length < 2 ? null : compareAnswers(texts);
        let t = 0;
        for (const [i, text] of group.texts.entries()) {
          if (text === null) continue;
          const share = compared?.shares[t++];
          const position = group.positions[i];
          if (share !== undefined && position !== undefined) agreementOf.set(position, share);
        }
        return [
          {
            id: group.id,
            entries: group.positions,
            answers: compared?.answers ?? null,
            consensus: compared?.consensus ?? null,
            agreement: compared?.agreement ?? null,
            semanticEntropy: compared?.semanticEntropy ?? null,
            verdicts: verdictsOf(group),
          },
        ];
      });
      return { groups, agreementOf };
    },
  };
}

function verdictsOf({ verdicts }: Gathered): LlmGroup["verdicts"] {
  if (verdicts.length === 0) return null;
  const counts = new Map<string, number>();
  for (const { verdict } of verdicts) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  const sorted = [...counts].map(([verdict, n]) => ({ verdict, n })).toSorted((a, b) => b.n - a.n);
  const known = verdicts.flatMap(({ verdict, probability }) =>
    verdict === sorted[0]?.verdict && probability !== null ? [probability] : [],
  );
  const range = known.length === 0 ? null : ([Math.min(...known), Math.max(...known)] as const);
  return { n: verdicts.length, counts: sorted, range };
}
