import { certificateSentence, type PolicyDocument, type RiskCertificate, thresholdText } from "@candor/core";
import {
  type Fact,
  factList,
  formatCount,
  formatName,
  formatPercent,
  type Page,
  type Section,
  section,
} from "@candor/pages";
import { missingLabelsText, shareText } from "../../policy-words.ts";

const TEXT_LIMIT = 400;

/** The proof of the bound with everything that it takes to derive it again, or why there is none. */
export function certificateSection(page: Page, document: PolicyDocument, certificate: RiskCertificate): Section {
  const { make } = page;
  const { certified, maxError, sure, n, accepted, errors, coverage, threshold, upperBound } = certificate;
  const { method, seed, dataHash, assumptions, spec } = certificate;
  const code = (text: string) => make("code", {}, formatName(text, TEXT_LIMIT));
  const facts: Fact[] = [
    ["Labelled rows", formatCount(n)],
    ["Acted on", `${formatCount(accepted)} (${formatPercent(coverage)})`],
    ["Wrong among those", formatCount(errors)],
    ...(threshold === null ? [] : [["Threshold", thresholdText(threshold)] as const]),
    ...(upperBound === null ? [] : [["Upper bound at this threshold alone", formatPercent(upperBound, 3)] as const]),
    ["Procedure", formatName(method, 80)],
    ["Seed", String(seed)],
    ["Rows and outcomes", code(dataHash), "long"],
    ["Spec", code(JSON.stringify(spec)), "long"],
  ];
  const missing = missingLabelsText(document.missingLabels);
  return section(
    page,
    { id: "certificate", short: "Certificate", title: certified ? "The certificate" : "Why there is no certificate" },
    make(
      "div",
      { class: `certificate ${certified ? "good" : "warn"}` },
      make("h3", {}, `At most ${shareText(maxError)} wrong among rows acted on, ${shareText(sure)} sure`),
      make("p", {}, certificateSentence(certificate)),
      ...(missing === "" ? [] : [make("p", {}, `Missing: ${missing}.`)]),
      make("p", {}, certified ? "It holds if" : "A certificate would hold if"),
      make("ul", { class: "steps" }, ...assumptions.map((text) => make("li", {}, formatName(text, TEXT_LIMIT)))),
      factList(page, facts),
    ),
    make(
      "p",
      { class: "note" },
      "candor verify derives all of this again from the labelled rows, and tests it on new ones.",
    ),
  );
}
