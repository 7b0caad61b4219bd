import { judgeBoolean } from "../judges/judge-boolean.ts";
import { judgeChoice } from "../judges/judge-choice.ts";
import { judgeScale } from "../judges/judge-scale.ts";
import type { Distribution, VerdictMass } from "../judges/judgement.ts";
import { whyMissing } from "../scores/why-missing.ts";
import type { Trace } from "../trace/trace.ts";
import type { DocumentJudgement } from "./llm-document.ts";

/** What kind of verdict a judge gives. */
export type DocumentJudge =
  | { readonly kind: "boolean" }
  | { readonly kind: "choice"; readonly candidates: readonly string[] }
  /** From one number to the other in steps. */
  | { readonly kind: "scale"; readonly from: number; readonly to: number /** Default 1. */; readonly step?: number };

interface Judged<T> {
  readonly verdict: T | null;
  readonly options: readonly Distribution<T>[];
  readonly mass: VerdictMass | null;
  readonly value: { readonly reason: string | null };
}

/** Share of a verdict that is the only one listed: half of what was not listed counts against it. */
function aloneShare({ mass, openMass }: VerdictMass): number {
  return mass > 0 ? mass / (mass + openMass / 2) : 1;
}

function judgement<T extends string | number | boolean>(
  kind: DocumentJudgement["kind"],
  { verdict, options, mass, value }: Judged<T>,
  expected: number | null,
  fallback: string,
): DocumentJudgement {
  const written = options.find((option) => option.value === verdict);
  const share = written?.probability ?? null;
  const probability = kind === "scale" && share === 1 && mass !== null ? aloneShare(mass) : share;
  return {
    kind,
    verdict,
    probability,
    bounds: written?.bounds ?? null,
    expected,
    candidates: options,
    mass,
    reason: verdict !== null && probability !== null ? null : (value.reason ?? fallback),
  };
}

/**
 * The verdict of an answer, and the share of it among all candidates.
 *
 * @param trace the judge's answer
 * @param judge what verdicts there are
 * @throws {InputError} for candidates that are none or the same, and scales that are none
 */
export function judgeEntry(trace: Trace, judge: DocumentJudge): DocumentJudgement {
  const fallback = trace.tokens.length === 0 ? whyMissing(trace, "content") : "There is no verdict.";
  if (judge.kind === "boolean") return judgement("boolean", judgeBoolean(trace), null, fallback);
  if (judge.kind === "choice") return judgement("choice", judgeChoice(trace, judge.candidates), null, fallback);
  const { from, to, step = 1 } = judge;
  const scaled = judgeScale(trace, { from, to, step });
  return judgement("scale", scaled, scaled.value.value, fallback);
}
