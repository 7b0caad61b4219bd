import { WEIGHTED_METHOD } from "./certify/certify-weighted-risk.ts";
import type { RiskCertificate } from "./policy.ts";
import { countText } from "./words.ts";

function shareText(share: number): string {
  return `${Number((share * 100).toPrecision(6))} %`;
}

/** What a certificate proves, or what it could not, in a sentence or two. */
export function certificateSentence(certificate: RiskCertificate): string {
  const { certified, maxError, sure, accepted, errors, n, upperBound, threshold, method } = certificate;
  if (!certified || threshold === null)
    return `Nothing can be certified on these ${countText(n)} rows: at most ${shareText(maxError)} wrong, ${shareText(sure)} sure, is not shown at any threshold.`;
  const bound = upperBound === null ? "" : `; the test bounds it by ${(100 * upperBound).toFixed(2)} %`;
  const weighing = method === WEIGHTED_METHOD ? ", each with a weight of its own" : "";
  return `${countText(errors)} of ${countText(accepted)} rows acted on were wrong, out of ${countText(n)}${weighing}. The error is at most ${shareText(maxError)}, ${shareText(sure)} sure${bound}.`;
}
