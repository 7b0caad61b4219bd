import type { RiskCertificate } from "./policy.ts";
import { countText } from "./words.ts";

function shareText(share: number): string {
  return `${Number((share * 100).toPrecision(6))} %`;
}

/** What a certificate proves, or what it could not, in a sentence or two. */
export function certificateSentence(certificate: RiskCertificate): string {
  const { certified, maxError, sure, accepted, errors, n, upperBound, threshold } = certificate;
  if (!certified || threshold === null)
    return `Nothing can be certified on these ${countText(n)} rows: at most ${shareText(maxError)} wrong, ${shareText(sure)} sure, is not shown at any threshold.`;
  const bound = upperBound === null ? "" : `; the test bounds it by ${(100 * upperBound).toFixed(2)} %`;
  return `${countText(errors)} of ${countText(accepted)} rows acted on were wrong, out of ${countText(n)}. The error is at most ${shareText(maxError)}, ${shareText(sure)} sure${bound}.`;
}
