import { hash } from "node:crypto";
import type { Decided } from "../../serving/decided.ts";

/** An answer that was given, or is about to be. */
export interface RecentAnswer {
  /** Of the request as it was sent. */
  readonly digest: string;
  readonly decided: Decided;
  /** Resolves when the prediction is on disk. */
  readonly recorded: Promise<void>;
}

/** The newest answers by owner, which is a project from when it was made, and id, so that a request that is sent again gets the very same one. */
export interface RecentAnswers {
  find(owner: string, id: string): RecentAnswer | undefined;
  /** Keeps an answer until so many others came, or its prediction could not be recorded. */
  keep(owner: string, id: string, answer: RecentAnswer): void;
}

/** What tells one request from another: SHA-256 of its JSON. */
export function digestOf(item: unknown): string {
  return hash("sha256", JSON.stringify(item), "base64");
}

/** @param most answers that are kept, the newest */
export function recentAnswers(most: number): RecentAnswers {
  const answers = new Map<string, RecentAnswer>();
  const key = (owner: string, id: string): string => `${owner}\n${id}`;
  return {
    find: (owner, id) => answers.get(key(owner, id)),
    keep(owner, id, answer) {
      const own = key(owner, id);
      answers.set(own, answer);
      for (const oldest of answers.keys()) {
        if (answers.size <= most) break;
        answers.delete(oldest);
      }
      answer.recorded.catch(() => {
        if (answers.get(own) === answer) answers.delete(own);
      });
    },
  };
}
