import type { OodReportDocument } from "@candor/core";

/** Good news, bad news, or none, in a word. */
export interface OodTone {
  readonly tone: "good" | "neutral" | "bad";
  readonly word: string;
}

/** What the verdict of a report on a detector comes to. */
export function oodTone({ verdict }: Pick<OodReportDocument, "verdict">): OodTone {
  switch (verdict.status) {
    case "separates":
      return { tone: "good", word: "Tells them apart" };
    case "valid":
      return { tone: "good", word: "P-values hold" };
    case "not-shown":
      return { tone: "neutral", word: "Not shown" };
    case "no-p-values":
      return { tone: "neutral", word: "No p-values" };
    case "does-not-separate":
      return { tone: "bad", word: "Does not tell them apart" };
    case "not-valid":
      return { tone: "bad", word: "P-values do not hold" };
  }
}

/** The detector and what it is made of. */
export function detectorWords({ method, parts }: OodReportDocument["detector"]): string {
  return parts.length > 1 ? `${method} (${parts.join(" + ")})` : method;
}

/** How rows are taken, as a column says it. */
export const orderNames = {
  confidence: "surest first",
  detector: "most like training first",
  both: "surest first, outside last",
} as const;
