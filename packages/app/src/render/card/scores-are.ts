import type { FitDocument } from "@candor/core";
import { formatCount } from "@candor/pages";

/** What the scores are, in words; the name of the positive class is left to the caller, who escapes it. */
export function scoresAre({ scoreKind, classNames }: Pick<FitDocument, "scoreKind" | "classNames">): {
  readonly text: string;
  readonly positive: string | null;
} {
  if (scoreKind === "probability")
    return { text: "one probability per row, that the outcome is", positive: classNames[1] ?? "1" };
  if (scoreKind === "confidence")
    return { text: "one confidence per row, that the prediction is correct", positive: null };
  const what = scoreKind === "logits" ? "one logit" : "one probability";
  return { text: `${what} for each of ${formatCount(classNames.length)} classes`, positive: null };
}
