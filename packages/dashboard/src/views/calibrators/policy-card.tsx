import {
  certificateSentence,
  type Estimate,
  objectiveWords,
  type PolicyDocument,
  type RiskCertificate,
  type Thresholds,
  thresholdText,
  visibleText,
} from "@candor/core";
import type { VNode } from "preact";
import { Facts } from "../../parts/facts.tsx";
import { Measured } from "../../parts/measured.tsx";
import { Name } from "../../parts/name.tsx";
import { countText, numberText, valueText } from "../../parts/numbers.ts";
import { Status } from "../../parts/status.tsx";
import { ArtefactLink } from "./artefact-link.tsx";
import { MadeBy } from "./made-by.tsx";

/** A share that the user gave, with all its digits. */
function givenShare(share: number): string {
  return `${Number((100 * share).toPrecision(6))} %`;
}

function ruleWords({ act, abstain }: Thresholds, on: string): string {
  const acting =
    act === null || act > 1 ? "Never act" : act <= 0 ? "Always act" : `Act at a ${on} of ${thresholdText(act)} or more`;
  const leaving = abstain === null || abstain <= 0 ? "" : `, abstain below ${thresholdText(abstain)}`;
  return `${acting}${leaving}, ${act !== null && act <= 0 ? "whatever the score" : "review the rest"}.`;
}

function Rule({ policy: { rule, thresholds } }: { readonly policy: PolicyDocument }): VNode {
  if (rule.kind === "least-cost") return <p>Each row is treated as what costs least at its probabilities.</p>;
  const on = rule.on === "positive" ? "probability" : "confidence";
  return (
    <p>
      {ruleWords(thresholds, on)}
      {rule.kind === "threshold-per-segment"
        ? ` Thresholds of their own for ${countText(rule.segments.length)} segments of ${rule.columns.map((one) => visibleText(one, 40)).join(", ")}.`
        : ""}
    </p>
  );
}

function Certificate(props: { readonly of: RiskCertificate; readonly missingLabels: number | null }): VNode {
  const { certified, maxError, sure, coverage, method, assumptions, dataHash } = props.of;
  const { missingLabels } = props;
  return (
    <div class={`certificate ${certified ? "good" : "warn"}`}>
      <p>
        <Status tone={certified ? "good" : "bad"}>{certified ? "Certified" : "Not certified"}</Status>{" "}
        <strong>
          At most {givenShare(maxError)} wrong among what is acted on, {givenShare(sure)} sure.
        </strong>
      </p>
      <p>
        {certificateSentence(props.of)}
        {missingLabels === null ? "" : ` About ${countText(missingLabels)} more labels would be needed.`}
      </p>
      <p>{certified ? "It holds if:" : "A certificate would hold if:"}</p>
      <ul class="plain-list">
        {assumptions.map((one) => (
          <li key={one}>{visibleText(one, 300)}</li>
        ))}
      </ul>
      <Facts
        of={[
          ["Share acted on", valueText(coverage, "share")],
          ["Procedure", visibleText(method, 100)],
          ["Rows and outcomes", <code key="hash">{dataHash}</code>],
        ]}
      />
    </div>
  );
}

const share = (estimate: Estimate): VNode => <Measured of={estimate} kind="share" showN />;

/** What a policy does with a row, what to expect of it, and what is proven. */
export function PolicyCard(props: { readonly policy: PolicyDocument; readonly ownCalibratorId: string | null }): VNode {
  const { policy, ownCalibratorId } = props;
  const { verdict, expected, certificate, missingLabels, source, warnings, created, version, n } = policy;
  return (
    <>
      <h3>What it does</h3>
      <p class="verdict">{visibleText(verdict.sentence, 500)}</p>
      <Rule policy={policy} />
      {warnings.length === 0 ? null : (
        <ul class="plain-list">
          {warnings.map((one) => (
            <li key={one}>{visibleText(one, 400)}</li>
          ))}
        </ul>
      )}
      {expected === null ? (
        <p>It follows from costs alone: no labelled rows say what to expect of it.</p>
      ) : (
        <Facts
          of={[
            ["Acted on", share(expected.coverage)],
            ["Wrong among those", expected.error === null ? "none is acted on" : share(expected.error)],
            ["Reviewed", share(expected.reviewVolume)],
            ["Left alone", share(expected.abstention)],
            ...(expected.recall === null ? [] : [["Positives acted on", share(expected.recall)] as const]),
            ...(expected.cost === null
              ? []
              : [["Cost per row", <Measured key="cost" of={expected.cost} kind="plain" />] as const]),
          ]}
        />
      )}
      <h3>Certificate</h3>
      {certificate === null ? (
        <p>None was asked for: the numbers above are estimates with intervals, not a promise.</p>
      ) : (
        <Certificate of={certificate} missingLabels={missingLabels} />
      )}
      <h3>Where it comes from</h3>
      <Facts
        of={[
          ["Data", source === null ? "costs alone" : <Name of={source.name} most={120} />],
          ["Made to reach", visibleText(objectiveWords(policy.objective), 300)],
          ["Labelled rows", numberText(n, "count")],
          ["Calibrator", ownCalibratorId === null ? "brings none" : <ArtefactLink id={ownCalibratorId} />],
          ["Made", <MadeBy key="made" created={created} version={version} />],
        ]}
      />
    </>
  );
}
