import type { VNode } from "preact";
import type { Verdict } from "../api/api-types.ts";
import { Status, type Tone } from "./status.tsx";

const words: Readonly<
  Record<Verdict["status"], { readonly tone: Tone; readonly text: string; readonly score: string }>
> = {
  calibrated: { tone: "good", text: "Calibrated", score: "Calibrated" },
  overconfident: { tone: "bad", text: "Confidence too high", score: "Probabilities too high" },
  underconfident: { tone: "bad", text: "Confidence too low", score: "Probabilities too low" },
  miscalibrated: { tone: "bad", text: "Miscalibrated", score: "Miscalibrated" },
  "too-few-labels": { tone: "unsure", text: "Too few outcomes", score: "Too few outcomes" },
};

/** Whether confidences can be trusted, in a word or two; null: nothing is known yet. */
export function VerdictStatus(props: {
  readonly status: Verdict["status"] | null;
  /** What the numbers are: that a prediction is right (default), or that something is positive. */
  readonly axis?: "confidence" | "probability";
}): VNode {
  const { status, axis = "confidence" } = props;
  if (status === null) return <Status tone="unsure">No outcomes yet</Status>;
  const { tone, text, score } = words[status];
  return <Status tone={tone}>{axis === "probability" ? score : text}</Status>;
}
