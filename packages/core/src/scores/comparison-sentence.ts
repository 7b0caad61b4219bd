import type { Estimate } from "../estimate.ts";
import type { ComparedScore } from "./score-comparison.ts";

/**
 * Which score to use, and how sure that is.
 *
 * @param compared in the order in which they are preferred
 * @param best the one of the highest AUROC
 * @param recommended the first that `best` is not shown to beat
 */
export function comparisonSentence(
  compared: readonly ComparedScore[],
  best: ComparedScore,
  recommended: ComparedScore,
): string {
  return `${choice(compared, best, recommended)}${next(recommended)}`;
}

function choice(compared: readonly ComparedScore[], best: ComparedScore, recommended: ComparedScore): string {
  const { name } = recommended;
  if (compared.every((score) => score === compared[0] || score.sameOrderAs !== null))
    return `Use ${name}: all scores put these rows in the same order.`;
  const beaten = compared.filter(({ isShownWorse }) => isShownWorse).map((score) => score.name);
  const shown =
    beaten.length === 0 ? "" : ` ${capital(list(beaten))} ${beaten.length === 1 ? "is" : "are"} shown to rank worse.`;
  if (recommended !== best)
    return `Use ${name}: no other is shown to be better; ${best.name} has the highest AUROC, ${pair(best.auroc.value, recommended.auroc.value)}, difference ${difference(recommended.aurocToBest)}.${shown}`;
  const rivals = compared.filter((score) => score !== best && !score.isShownWorse && score.sameOrderAs === null);
  const nearest = [...(rivals.length > 0 ? rivals : compared.filter((score) => score !== best))].sort(
    (a, b) => b.auroc.value - a.auroc.value,
  )[0];
  const against = `difference to ${nearest.name} ${difference(nearest.aurocToBest)}`;
  return rivals.length === 0
    ? `Use ${name}: it ranks right above wrong better than every other score, AUROC ${number(best.auroc.value)}, ${against}.`
    : `Use ${name}: it has the highest AUROC, ${number(best.auroc.value)}, and no other is shown to be better; ${against}.${shown}`;
}

function next({ name, isProbability }: ComparedScore): string {
  return isProbability ? "" : ` It is no probability: candor fit --confidence-from ${name} makes it one.`;
}

/** Two values that differ, with as many decimals as it takes to see it. */
function pair(a: number, b: number): string {
  const digits = [3, 4, 5, 6].find((count) => a.toFixed(count) !== b.toFixed(count)) ?? 6;
  return `${a.toFixed(digits)} against ${b.toFixed(digits)}`;
}

function difference(estimate: Estimate | null): string {
  if (estimate === null) return "0";
  return `${number(estimate.value)} [${number(estimate.lower)}, ${number(estimate.upper)}]`;
}

function number(x: number): string {
  const size = Math.abs(x);
  const digits = size > 0 && size < 0.0005 ? 5 : size < 0.005 ? 4 : 3;
  const text = size.toFixed(digits);
  return x < 0 && Number(text) > 0 ? `−${text}` : text;
}

function list(words: readonly string[]): string {
  return words.length < 3 ? words.join(" and ") : `${words.slice(0, -1).join(", ")} and ${words[words.length - 1]}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
