import type { DocumentJudgement, Trace } from "@candor/llm";
import type { JudgeKind } from "./llm-flags.ts";

/** Reads the verdict of a judge from an answer. */
export function judgeFor(_kind: JudgeKind): (trace: Trace) => DocumentJudgement {
  throw new Error("not yet");
}
