import type { FitDocument, PolicyDocument } from "@candor/core";
import { formatName, type Page, type Section, section } from "@candor/pages";
import { changeNumbers } from "../fit/change-numbers.ts";
import { methodSection } from "../fit/method-section.ts";
import { certificateSection } from "../policy/certificate-section.ts";
import { expectedSection } from "../policy/expected-section.ts";
import { ruleSection } from "../policy/rule-section.ts";

const SENTENCE_LIMIT = 600;

/**
 * What was learnt from the labels: the calibrator with its proof and the policy with its certificate, each after its verdict.
 *
 * @param fit null where no calibrator was made
 * @param policy null where no policy was made
 */
export function learntSections(page: Page, fit: FitDocument | null, policy: PolicyDocument | null): Section[] {
  const verdict = (words: Pick<Section, "id" | "short" | "title">, sentence: string): Section =>
    section(page, words, page.make("p", { class: "lead" }, formatName(sentence, SENTENCE_LIMIT)));
  const ofFit =
    fit === null
      ? []
      : [
          verdict({ id: "fit", short: "Calibrator", title: "Does a calibrator repair them?" }, fit.verdict.sentence),
          changeNumbers(page, fit),
          methodSection(page, fit),
        ];
  if (policy === null) return ofFit;
  const { expected, certificate } = policy;
  return [
    ...ofFit,
    verdict({ id: "policy", short: "Policy", title: "Which answers may be acted on?" }, policy.verdict.sentence),
    ruleSection(page, policy),
    ...(expected === null ? [] : [expectedSection(page, policy, expected)]),
    ...(certificate === null ? [] : [certificateSection(page, policy, certificate)]),
  ];
}
