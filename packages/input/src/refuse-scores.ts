import type { ScoreKind } from "@candor/core";
import { BadInput } from "./bad-input.ts";
import { type Candidates, loneArray } from "./candidates.ts";
import type { InputOptions } from "./input-options.ts";
import { titles } from "./show.ts";
import type { Table } from "./table.ts";

/** The flags that name scores, each of its own kind. */
export const scoreFlags = ["score", "confidence", "probs", "logits"] as const;

/** The flag that names scores of a kind. */
export const scoreFlagOf: Readonly<Record<ScoreKind, (typeof scoreFlags)[number]>> = {
  probability: "score",
  confidence: "confidence",
  probabilities: "probs",
  logits: "logits",
};

/** What scores of a kind are, in words. */
export const kindWords: Readonly<Record<ScoreKind, string>> = {
  probability: "the probability of the positive class",
  confidence: "the confidence in a prediction",
  probabilities: "one probability per class",
  logits: "one logit per class",
};

/**
 * Says so when `confidenceFrom` needs logits and the file shows something else.
 *
 * @throws {BadInput} that names what the file shows
 */
export function refuseWithoutLogits(
  main: Table | undefined,
  { logits, confidenceFrom }: Pick<InputOptions, "logits" | "confidenceFrom">,
  candidates: Candidates,
): void {
  if (main === undefined || logits !== undefined || loneArray(main) !== undefined) return;
  if (candidates.classes("logits").length > 0) return;
  const probs = candidates.classes("probs").map(({ title }) => title);
  const got =
    probs.length > 0
      ? `probabilities (${probs.join(", ")}), which cannot be turned back into them`
      : `columns ${titles(main.fields)}`;
  throw new BadInput(`${main.file}: ${confidenceFrom} needs one logit per class, got ${got}`, {
    file: main.file,
    hint: "name them with --logits 'z_*'",
  });
}

/**
 * Says so when the file has scores, but of another kind than the calibrator reads.
 *
 * @throws {BadInput} that names what the file shows
 */
export function refuseOtherKind(main: Table | undefined, kind: ScoreKind, candidates: Candidates): void {
  const lone = loneArray(main);
  const isWide = kind === "probabilities" || kind === "logits";
  const complain = (got: string) =>
    new BadInput(`${main?.file}: the calibrator reads ${kindWords[kind]} (--${scoreFlagOf[kind]}), got ${got}`, {
      file: main?.file,
    });
  if (lone !== undefined) {
    if (isWide && lone.kind !== "matrix") throw complain("one number per row");
    if (!isWide && lone.kind === "matrix") throw complain(`${lone.width} values per row`);
    return;
  }
  const found = {
    score: titles(candidates.scores()),
    confidence: titles(candidates.of("confidence", ["number", "text"])),
    probs: candidates
      .classes("probs")
      .map(({ title }) => title)
      .join(", "),
    logits: candidates
      .classes("logits")
      .map(({ title }) => title)
      .join(", "),
  };
  if (found[scoreFlagOf[kind]] !== "") return;
  const others = scoreFlags.filter((flag) => found[flag] !== "").map((flag) => `${found[flag]} (--${flag})`);
  if (others.length > 0) throw complain(`columns that look like ${others.join(" and ")}`);
}
