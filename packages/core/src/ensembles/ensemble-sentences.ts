import type { EnsembleReport } from "./ensemble-document.ts";

const percent = (x: number): string => `${(100 * x).toFixed(1)} %`;
const figure = (x: number): string => x.toFixed(3);

/** Where the members disagree more than elsewhere, in a sentence; none where there are no segments. */
export function sentencesOfSegments(
  segments: readonly { readonly by: string; readonly name: string; readonly isLacking: boolean }[],
): string[] {
  if (segments.length === 0) return [];
  const lacking = segments.filter(({ isLacking }) => isLacking);
  if (lacking.length === 0) return ["In no segment do the members surely disagree more than elsewhere."];
  const named = lacking.slice(0, 3).map(({ by, name }) => `${by} is ${name}`);
  const more = lacking.length > 3 ? ` and in ${lacking.length - 3} more segments` : "";
  return [`Knowledge is lacking where ${named.join(", ")}${more}: the members disagree more than elsewhere.`];
}

/** What the numbers of an ensemble say, in plain sentences. */
export function ensembleSentences(report: Omit<EnsembleReport, "sentences">): string[] {
  const { entropy, members, ranking, segments, effect, alone, mean } = report;
  const share = entropy.epistemicShare;
  const sentences = [
    `Of the uncertainty of the mean of ${members} members ${percent(share.value)} is lack of knowledge (${percent(share.lower)} to ${percent(share.upper)}): what the members do not agree about. The rest is noise that every member expects.`,
  ];
  const total = ranking.find(({ measure }) => measure === "entropy-total");
  const unknown = ranking.find(({ measure }) => measure === "entropy-epistemic");
  const noise = ranking.find(({ measure }) => measure === "entropy-aleatoric");
  if (total === undefined || unknown === undefined || noise === undefined)
    sentences.push(
      report.errors === 0
        ? "No prediction is wrong, so no uncertainty can be told to rank errors."
        : "Every prediction is wrong, so no uncertainty can be told to rank errors.",
    );
  else
    sentences.push(
      `Wrong predictions are ranked above right ones by all uncertainty with an AUROC of ${figure(total.auroc.value)}, by noise alone with ${figure(noise.auroc.value)}, by the unknown alone with ${figure(unknown.auroc.value)}${unknown.difference.upper < 0 ? ", which is surely less" : unknown.difference.lower > 0 ? ", which is surely more" : ""}.`,
    );
  sentences.push(...sentencesOfSegments(segments));
  const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  sentences.push(
    `Averaging took the accuracy from ${percent(average(alone.accuracy))} (members alone) to ${percent(mean.accuracy.value)} and the confidence from ${percent(average(alone.meanConfidence))} to ${percent(mean.meanConfidence.value)}; the calibration error went from ${figure(average(alone.ece))} to ${figure(mean.ece.value)}.${report.areCalibrated ? "" : " Calibrate what is used: the mean."}`,
  );
  sentences.push(
    effect === null
      ? "The members have weights of their own: what one more would bring cannot be told."
      : effect.sentence,
  );
  return sentences;
}
