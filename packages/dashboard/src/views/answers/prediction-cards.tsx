import type { ComponentChildren, VNode } from "preact";
import type { StoredPrediction } from "../../api/api-types.ts";
import { decisionWords, isSurprise, outcomeWord } from "../../parts/decision-words.ts";
import { Name } from "../../parts/name.tsx";
import { numberText } from "../../parts/numbers.ts";
import { shareText } from "../../parts/share-text.ts";
import { Status } from "../../parts/status.tsx";
import { useUrl } from "../../state/url-state.ts";

function Card(props: {
  readonly title: string;
  readonly value: ComponentChildren;
  readonly children: ComponentChildren;
}) {
  const { title, value, children } = props;
  return (
    <section class="fact-card">
      <h2>{title}</h2>
      <p class="fact">{value}</p>
      {children}
    </section>
  );
}

/** What the confidence is a probability of. */
function meaning({ task, prediction }: StoredPrediction): VNode {
  if (task === "confidence")
    return prediction === null ? (
      <>that the prediction is right</>
    ) : (
      <>
        that <Name of={prediction} /> is right
      </>
    );
  return prediction === null ? (
    <>of the positive class</>
  ) : (
    <>
      of <Name of={prediction} />
    </>
  );
}

function ConfidenceCard({ of }: { readonly of: StoredPrediction }): VNode {
  const { link } = useUrl();
  const { confidence, rawConfidence, interval, calibratorId, model } = of;
  const [lower = null, upper = null] = interval ?? [];
  const isChanged = rawConfidence !== null && confidence !== null && rawConfidence !== confidence;
  return (
    <Card
      title="Confidence"
      value={
        confidence === null ? (
          "No evidence"
        ) : (
          <>
            {isChanged ? (
              <span class="raw">
                <span class="unseen">raw </span>
                {shareText(rawConfidence)} <span aria-hidden="true">→</span>
                <span class="unseen">, calibrated </span>{" "}
              </span>
            ) : null}
            <b>{shareText(confidence)}</b>
            {lower === null || upper === null ? null : (
              <span class="interval">
                {" "}
                [{numberText(lower, "share")}, {numberText(upper, "share")}]
              </span>
            )}
          </>
        )
      }
    >
      <p>
        {confidence === null ? (
          <>
            The model gave nothing to read a probability from, so there is none. Missing evidence never counts as sure.
          </>
        ) : (
          <>Probability {meaning(of)}.</>
        )}
      </p>
      <p class="muted">
        {calibratorId === null ? (
          confidence === null ? null : (
            "No calibrator is recorded: it is what the model said."
          )
        ) : (
          <>
            {isChanged ? "What the model said, and what " : "Calibrated by "}
            <a href={link("/calibrators", { model, id: calibratorId })}>
              <Name of={calibratorId} />
            </a>
            {isChanged ? " made of it." : "."}
          </>
        )}
      </p>
    </Card>
  );
}

function DecisionCard({ of, reason }: { readonly of: StoredPrediction; readonly reason: string | null }): VNode {
  const { link } = useUrl();
  const { decision, certified, policyId, model } = of;
  if (decision === null)
    return (
      <Card title="Decision" value="None">
        <p class="muted">Nothing decided what to do with it: no policy was active, and the sender recorded none.</p>
      </Card>
    );
  return (
    <Card
      title="Decision"
      value={
        <>
          <b>{decisionWords[decision]}</b>{" "}
          {certified === null ? null : (
            <Status tone={certified ? "good" : "unsure"}>{certified ? "Certified" : "Not certified"}</Status>
          )}
        </>
      }
    >
      {reason === null ? null : <p>{reason}</p>}
      {policyId === null ? null : (
        <p class="muted">
          Policy{" "}
          <a href={link("/calibrators", { model, id: policyId })}>
            <Name of={policyId} />
          </a>
          {certified ? ", made for this model version." : ", not proven for this model version."}
        </p>
      )}
    </Card>
  );
}

function OutcomeCard({ of }: { readonly of: StoredPrediction }): VNode {
  const { outcome, outcomes, task, confidence, propensity } = of;
  const surprise = isSurprise(confidence, outcome);
  return (
    <Card
      title="Outcome"
      value={
        <>
          <b>{outcomeWord(outcome, task)}</b> {surprise ? <Status tone="bad">Sure and wrong</Status> : null}
        </>
      }
    >
      <p>
        {outcome === null
          ? "Nobody has said yet what was true."
          : outcomes.length > 1
            ? `The newest of ${outcomes.length} things that were said of it counts.`
            : "As it was observed once."}
      </p>
      {propensity === null || propensity === 1 ? null : (
        <p class="muted">
          Its chance to get an outcome was {shareText(propensity)}: with one it counts for{" "}
          {numberText(1 / propensity, "plain", propensity > 0.1 ? 1 : 0)} like it.
        </p>
      )}
    </Card>
  );
}

/** How sure, what was decided and what turned out, side by side. */
export function PredictionCards(props: { readonly of: StoredPrediction; readonly reason: string | null }): VNode {
  const { of, reason } = props;
  return (
    <div class="fact-cards">
      <ConfidenceCard of={of} />
      <DecisionCard of={of} reason={reason} />
      <OutcomeCard of={of} />
    </div>
  );
}
