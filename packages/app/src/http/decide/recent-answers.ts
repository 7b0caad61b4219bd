import { createHash } from "node:crypto";
import type { Decided } from "../../serving/decided.ts";

/** An answer that was given, or is about to be. */
export interface RecentAnswer {
  /** Of the request as it was sent. */
  readonly digest: string;
  readonly decided: Decided;
  /** Resolves when the prediction is on disk. */
  readonly recorded: Promise<void>;
}

/** The newest answers by project and id, so that a request that is sent again gets the very same one. */
export interface RecentAnswers {
  find(project: string, id: string): RecentAnswer | undefined;
  /** Keeps an answer until so many others came, or its prediction could not be recorded. */
  keep(project: string, id: string, answer: RecentAnswer): void;
}

/** What tells one request from another: SHA-256 of its JSON. */
export function digestOf(item: unknown): string {
  return createHash("sha256").update(JSON.stringify(item)).digest("base64");
}

/** @param most answers that are kept, the newest */
export function recentAnswers(most: number): RecentAnswers {
  const answers = new Map<string, RecentAnswer>();
  const key = (project: string, id: string): string => `${project}\n${id}`;
  return {
    find: (project, id) => answers.get(key(project, id)),
    keep(project, id, answer) {
      const own = key(project, id);
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
