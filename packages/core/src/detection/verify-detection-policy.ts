import { decide } from "../decisions/decide.ts";
import type { PolicyDocument } from "../decisions/policy.ts";
import type { VerificationAnswer, VerificationDocument } from "../decisions/verification.ts";
import { answerOfNumbers, comparedNumbers } from "../decisions/verify-numbers.ts";
import { answerOfSame, differencesOf, type VerifyOptions, verifyPolicy } from "../decisions/verify-policy.ts";
import { countText, percent, percentGiven } from "../decisions/words.ts";
import { InputError } from "../errors.ts";
import { createRandom } from "../random/random.ts";
import { shuffle } from "../random/shuffle.ts";
import type { ConfidencePredictions } from "../report/predictions.ts";
import { bettingPValue } from "../risk-control/bounds/betting.ts";
import { detectionPolicy, outcomeByImage } from "./detection-policy.ts";

/**
 * Whether a policy of `detectionPolicy` keeps what it promises, with images as the independent units.
 *
 * On the detections it was made from everything is derived again and has to come out the same. On other images the rule is applied
 * as it stands. A risk target holds, or is broken, where betting on the sums of images shows it, each `sure`; numbers of other
 * objectives are compared with intervals by image.
 *
 * @param predictions of `detectionPredictions`, calibrated by the policy's calibrator where it has one
 * @returns as `verifyPolicy`; `lower` and `upper` are null
 * @throws {InputError} as `verifyPolicy`; `incompatible` without groups; `out-of-range` for an image with more detections than the
 *   certificate rests on
 *
 * Source: Waudby-Smith & Ramdas (2024), JRSS B 86 (betting), at one threshold that was fixed beforehand.
 */
export function verifyDetectionPolicy(
  policy: PolicyDocument,
  predictions: ConfidencePredictions,
  options: VerifyOptions = {},
): VerificationDocument {
  const { objective, certificate, choices, source } = policy;
  if (predictions.groups === undefined || source === null)
    throw new InputError("incompatible", "a policy for detections needs the image of each detection as its group");
  const base = verifyPolicy(policy, predictions, options);
  const perImage = mostRowsOf(policy);
  const found = outcomeByImage(policy, predictions, base.found);
  const common = { ...base, found, effectiveN: found.coverage.effectiveN, lower: null, upper: null };
  if (base.sameData) {
    const { version, created, costs, capacity, calibrator } = policy;
    const again = { version, created, source, objective, costs, capacity, calibrator, ...choices };
    const derived = detectionPolicy(predictions, { ...again, ...(perImage === null ? {} : { perImage }) });
    const differences = differencesOf(policy, derived, false);
    return { ...common, ...answerOfSame(policy, differences, false), rederived: derived.certificate, differences };
  }
  if (objective.kind !== "risk") {
    const numbers = comparedNumbers(policy, found);
    return { ...common, numbers, ...answerOfNumbers(numbers, base.accepted) };
  }
  if (certificate === null || !certificate.certified || perImage === null || base.accepted === 0) return common;
  return { ...common, ...answerByImage(policy, predictions, predictions.groups.codes, objective, perImage) };
}

function mostRowsOf({ certificate }: PolicyDocument): number | null {
  const most = certificate?.spec["mostRows"];
  return typeof most === "number" ? most : null;
}

/** Two tests on the sums of images, at the threshold of the policy. */
function answerByImage(
  { rule }: PolicyDocument,
  { rows, confidences, correct, segments }: ConfidencePredictions,
  images: Int32Array,
  { maxError, sure }: { readonly maxError: number; readonly sure: number },
  mostRows: number,
): VerificationAnswer {
  const { codes } = decide(rule, { rows, confidence: confidences, segments });
  const sums = new Map<number, { rows: number; gain: number }>();
  let accepted = 0;
  let errors = 0;
  for (let i = 0; i < rows; i++) {
    const sum = sums.get(images[i]) ?? { rows: 0, gain: 0 };
    sums.set(images[i], sum);
    sum.rows++;
    if (codes[i] !== 0) continue;
    accepted++;
    errors += 1 - correct[i];
    sum.gain += 1 - correct[i] - maxError;
  }
  const largest = [...sums.values()].reduce((most, sum) => Math.max(most, sum.rows), 0);
  if (largest > mostRows)
    throw new InputError(
      "out-of-range",
      `an image has ${largest} detections that count, and the certificate rests on at most ${mostRows} in one image`,
    );
  const order = shuffle(Int32Array.from([...sums.keys()].sort((a, b) => a - b)), createRandom(0));
  const losses = Float64Array.from(order, (image) => {
    const gain = sums.get(image)?.gain ?? 0;
    return Math.min(1, Math.max(0, gain / mostRows + maxError));
  });
  const failure = 1 - sure;
  const seen = `${countText(errors)} of ${countText(accepted)} detections acted on, in ${sums.size === 1 ? "one image" : `${countText(sums.size)} images`}, are wrong (${percent(errors / accepted)})`;
  const [bound, surely] = [`at most ${percentGiven(maxError)}`, `${percentGiven(sure)} sure`];
  const isBelow = bettingPValue(losses, maxError, failure);
  if (isBelow <= failure)
    return { status: "holds", sentence: `Holds: ${seen}, and ${bound} wrong is shown, ${surely}.`, moreRows: null };
  const isAbove = bettingPValue(
    losses.map((loss) => 1 - loss),
    1 - maxError,
    failure,
  );
  if (isAbove <= failure)
    return {
      status: "broken",
      sentence: `Broken: ${seen}; that is more than ${percentGiven(maxError)}, ${surely}.`,
      moreRows: null,
    };
  return {
    status: "not-shown",
    sentence: `These images are too few to tell: ${seen}, promised were ${bound}.`,
    moreRows: null,
  };
}
