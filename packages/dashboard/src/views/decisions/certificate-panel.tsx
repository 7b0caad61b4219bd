import type { ThresholdOutcome } from "@candor/core";
import type { VNode } from "preact";
import type { Decisions } from "../../api/api-types.ts";
import { CopyCommand } from "../../parts/copy-command.tsx";
import { Moment } from "../../parts/moment.tsx";
import { countText, intervalText, valueText } from "../../parts/numbers.ts";
import { Status, type Tone } from "../../parts/status.tsx";
import { useUrl } from "../../state/url-state.ts";

const words: Readonly<
  Record<Decisions["inEffect"]["state"]["status"], { readonly tone: Tone; readonly text: string }>
> = {
  certified: { tone: "good", text: "Certified" },
  "not-certified": { tone: "bad", text: "Not certified" },
  elsewhere: { tone: "bad", text: "Not certified here" },
  "no-bound": { tone: "unsure", text: "No bound certified" },
  none: { tone: "note", text: "No policy" },
};

/** How the certified bound fares in the window that is shown. */
function InWindow(props: { readonly maxError: number; readonly now: ThresholdOutcome }): VNode | null {
  const { maxError, now } = props;
  const { error } = now;
  if (error === null) return null;
  const found = `${valueText(error.value, "share", 2)} ${intervalText(error, "share", 2)} of what is acted on was wrong in these days`;
  const bound = `${Number((100 * maxError).toPrecision(6))}\u202f%`;
  if (error.lower > maxError)
    return (
      <p>
        <Status tone="bad">Above the bound</Status> {found}: more than the {bound} that were certified. What comes in
        now is not like the data of the certificate; certify again on newer data.
      </p>
    );
  return (
    <p>
      {error.upper <= maxError ? (
        <Status tone="good">Within the bound</Status>
      ) : (
        <Status tone="unsure">Not clear</Status>
      )}{" "}
      {found}; at most {bound} were certified.
    </p>
  );
}

/** Whether what decides now has a proven bound on its errors, in words, and how to get one. */
export function CertificatePanel(props: {
  readonly decisions: Decisions;
  readonly now: ThresholdOutcome | null;
}): VNode {
  const { decisions, now } = props;
  const { inEffect } = decisions;
  const { certificate, state, policyId, calibratorId, objective, activatedAt, warnings, inDistribution } = inEffect;
  const { link } = useUrl();
  const { tone, text } = words[state.status];
  const target = Number((100 * (certificate?.maxError ?? 0.02)).toPrecision(4));
  return (
    <section class="certified-bound" aria-labelledby="certified-bound">
      <h2 id="certified-bound">What is certified</h2>
      <p>
        <Status tone={tone}>{text}</Status> {state.sentence}
      </p>
      {certificate?.certified && now !== null ? <InWindow maxError={certificate.maxError} now={now} /> : null}
      {policyId === null ? null : (
        <dl>
          <div>
            <dt>Policy</dt>
            <dd>
              <a href={link("/calibrators", { id: policyId })}>{policyId}</a>
            </dd>
          </div>
          <div>
            <dt>Made for</dt>
            <dd>{objective}</dd>
          </div>
          {inDistribution === null ? null : (
            <div>
              <dt>Also reviewed</dt>
              <dd>
                rows not in distribution (p-value of {String(inDistribution.level)} or less), whatever their score
              </dd>
            </div>
          )}
          {activatedAt === null ? null : (
            <div>
              <dt>In effect since</dt>
              <dd>
                <Moment at={activatedAt} />
              </dd>
            </div>
          )}
          {certificate === null ? null : (
            <>
              <div>
                <dt>Rests on</dt>
                <dd>
                  {countText(certificate.n)} labelled, {countText(certificate.accepted)} acted on,{" "}
                  {countText(certificate.errors)} of these wrong
                </dd>
              </div>
              <div>
                <dt>Method</dt>
                <dd>{certificate.method}</dd>
              </div>
            </>
          )}
        </dl>
      )}
      {warnings.map((warning) => (
        <p class="muted" key={warning}>
          {warning}
        </p>
      ))}
      <details>
        <summary>How a bound is certified</summary>
        <p>
          Thresholds chosen by looking at outcomes cannot be certified on the same outcomes. <code>candor decide</code>{" "}
          finds a threshold and proves its bound at once, on labelled rows that the calibrator was not fitted to:
        </p>
        <CopyCommand
          command={`npx candor decide labelled.csv${calibratorId === null ? "" : " --calibrator cal.json"} --max-error ${target}% --sure 95% -o policy.json`}
        />
        <p>
          <code>labelled.csv</code> holds scores as the model gives them, and what turned out
          {calibratorId === null ? null : (
            <>
              ; <code>cal.json</code> is <a href={link("/calibrators", { id: calibratorId })}>{calibratorId}</a>
            </>
          )}
          .
        </p>
      </details>
    </section>
  );
}
