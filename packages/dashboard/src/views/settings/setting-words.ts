import type { ProjectSettings } from "../../api/api-types.ts";

/** What becomes of `act` where a decision is not certified. */
export const uncertifiedWords: Readonly<Record<ProjectSettings["whenUncertified"], string>> = {
  review: "Act becomes review: a person looks first",
  "as-is": "Act stays act, marked as uncertified",
};

/** Days that something is kept. */
export function daysText(days: number | null, never: string): string {
  if (days === null) return never;
  return days === 1 ? "1 day" : `${days} days`;
}

/** What a key may do. */
export const roleWords = {
  write: "Send predictions and outcomes, ask for decisions",
  read: "Look at everything",
  review: "Look at everything, send outcomes",
  admin: "Everything: keys, settings, calibrators, removal",
} as const;

/** A role of a key. */
export type RoleName = keyof typeof roleWords;

/** Roles in the order in which they are offered. */
export const roleNames: readonly RoleName[] = ["write", "read", "review", "admin"];
