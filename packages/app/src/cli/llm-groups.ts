import { type ComparableAnswer, comparableAnswer, compareAnswers, type LlmEntry, type LlmGroup } from "@candor/llm";

/** Gathers answers to the same question. */
export interface GroupCollector {
  /**
   * @param choices answers that came in the same response
   * @returns what its group is known by; null where it is in none
   */
  add(position: number, entry: LlmEntry, choices: number): string | null;
  /** Groups of two entries or more, in the order of their first; and for each entry in one, how many agree with it. */
  result(): { readonly groups: readonly LlmGroup[]; readonly agreementOf: ReadonlyMap<number, number> };
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
 * @param level coverage of the intervals
 */
export function createGroupCollector(groupBy: string | undefined, level: number): GroupCollector {
  const found = new Map<string, { readonly id: string; readonly answers: ComparableAnswer[] }>();
  return {
    add(position, entry, choices) {
      if (groupBy === undefined && choices < 2) return null;
      const id = groupBy === undefined ? (entry.id ?? `line ${entry.line}`) : keyOf(entry, groupBy);
      if (id === null) return null;
      const key = groupBy === undefined ? `${entry.line} ${id}` : id;
      const group = found.get(key) ?? { id, answers: [] };
      found.set(key, group);
      group.answers.push(comparableAnswer(position, entry));
      return key;
    },
    result() {
      const agreementOf = new Map<number, number>();
      const groups: LlmGroup[] = [];
      for (const { id, answers } of found.values()) {
        if (answers.length < 2) continue;
        const { group, agreement } = compareAnswers(id, answers, level);
        groups.push(group);
        for (const [i, share] of agreement.entries()) {
          const position = answers[i]?.position;
          if (share !== null && position !== undefined) agreementOf.set(position, share);
        }
      }
      return { groups, agreementOf };
    },
  };
}
