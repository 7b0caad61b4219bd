import type { ComponentChildren, VNode } from "preact";
import type { ActiveNow, Models } from "../../api/api-types.ts";
import { CopyCommand } from "../../parts/copy-command.tsx";
import { Moment } from "../../parts/moment.tsx";
import { Name } from "../../parts/name.tsx";
import { countText, intervalText, measureText, plural, valueText } from "../../parts/numbers.ts";
import { shareText } from "../../parts/share-text.ts";
import { Status } from "../../parts/status.tsx";
import { useUrl } from "../../state/url-state.ts";
import { DecisionBar, ErrorScale, EvidenceScale, type Span, Sparkline } from "./small-pictures.tsx";
import type { Judged } from "./standing.ts";

/** A p-value in a few characters. */
export function pText(pValue: number): string {
  if (pValue < 1e-6) return "p < 10⁻⁶";
  if (pValue < 0.001) {
    const power = Math.ceil(-Math.log10(pValue));
    const digits = "⁰¹²³⁴⁵⁶⁷⁸⁹";
    return `p = ${(pValue * 10 ** power).toFixed(0)}·10⁻${digits[power] ?? power}`;
  }
  return `p = ${pValue < 0.1 ? pValue.toFixed(3) : pValue.toFixed(2)}`;
}

function Cell(props: { readonly name: string; readonly class: string; readonly children: ComponentChildren }): VNode {
  const { name, class: kind, children } = props;
  return (
    <td class={kind} data-name={name}>
      {children}
    </td>
  );
}

/** One model version, with the evidence and what to do. */
export function FleetRow(props: {
  readonly judged: Judged;
  readonly models: Models;
  readonly span: Span;
  readonly mostError: number;
}): VNode {
  const { judged, models, span, mostError } = props;
  const { row, next } = judged;
  const { link } = useUrl();
  const here = { model: row.model, version: row.version };
  const command = next.command;
  return (
    <tr class={`standing-${judged.standing}`}>
      <th scope="row">
        <a href={link("/calibration", here)}>
          <Name of={row.model} />
        </a>
        <span class="version">
          version <Name of={row.version} />
        </span>
        <span class="links">
          <a href={link("/over-time", here)} aria-label={`Over time: ${row.model} ${row.version}`}>
            Over time
          </a>
          <a href={link("/segments", here)} aria-label={`Segments: ${row.model} ${row.version}`}>
            Segments
          </a>
        </span>
      </th>
      <Cell name="What to do next" class="of-next">
        <Status tone={judged.tone}>{judged.word}</Status>
        <p>
          {next.text}
          {next.link === undefined ? null : (
            <>
              {" "}
              <a
                href={link(next.link.to, {
                  ...here,
                  ...(next.link.from === undefined ? {} : { from: next.link.from, window: null }),
                })}
              >
                {next.link.name}
              </a>
            </>
          )}
        </p>
        {command === undefined ? null : (
          <details>
            <summary>Commands</summary>
            <CopyCommand command={command} />
          </details>
        )}
      </Cell>
      <Cell name="Calibration" class="of-calibration">
        <Evidence judged={judged} mostError={mostError} />
      </Cell>
      <Cell name="Accuracy" class="of-accuracy">
        <Accuracy judged={judged} />
      </Cell>
      <Cell name="Outcomes in" class="of-outcomes">
        <b>{row.matureMaturity === null ? "none due yet" : shareText(row.matureMaturity)}</b>
        {row.matureMaturity === null ? null : (
          <span class="of">of those due{row.weighted ? ", chosen; they count for the others" : ""}</span>
        )}
        <span class="of">
          {countText(row.labelled)} in all, {shareText(row.maturity)}
        </span>
      </Cell>
      <Cell name="Traffic" class="of-traffic">
        <Sparkline
          traffic={row.traffic}
          span={span}
          matureBefore={models.window.matureBefore}
          recalibratedAt={row.recalibratedAt}
        />
        <span>
          <b>{countText(row.predictions)}</b> {plural(row.predictions, "prediction")}
        </span>
        {row.withoutConfidence > 0 ? (
          <span class="of">{countText(row.withoutConfidence)} without a confidence</span>
        ) : null}
      </Cell>
      <Cell name="Decisions" class="of-decisions">
        <DecisionBar decisions={row.decisions} />
        <Certificate active={row.active} decides={row.decisions.none < 1} />
        {row.active !== null && row.decisions.none < 1 && row.uncertified >= 0.005 ? (
          <span class="of">{valueText(row.uncertified, "share", 0)} not under a policy of this version</span>
        ) : null}
      </Cell>
      <Cell name="Last recalibration" class="of-recalibrated">
        {row.recalibratedAt === null ? (
          <span class="of">never{row.active?.calibratorId == null ? "" : " known"}</span>
        ) : (
          <>
            <b>
              <Moment at={row.recalibratedAt} to="day" />
            </b>
            <span class="of">
              <Moment at={row.recalibratedAt} ago={models.asOf} />
            </span>
          </>
        )}
        {row.routes.length > 0 ? <span class="of">others on {countText(row.routes.length)} routes</span> : null}
      </Cell>
    </tr>
  );
}

function Evidence(props: { readonly judged: Judged; readonly mostError: number }): VNode {
  const { judged, mostError } = props;
  const { ece, gap, noiseFloor, pValue, verdict } = judged.row;
  if (ece.value === null || gap.value === null) return <span class="of">{ece.value === null ? ece.reason : ""}</span>;
  const side = (gap.lower ?? -1) > 0 ? "too high by" : (gap.upper ?? 1) < 0 ? "too low by" : "on average off by";
  const size = side.startsWith("too low")
    ? {
        ...gap,
        value: -gap.value,
        lower: gap.upper === null ? null : -gap.upper,
        upper: gap.lower === null ? null : -gap.lower,
      }
    : gap;
  return (
    <>
      <ErrorScale ece={ece} noiseFloor={noiseFloor} most={mostError} />
      <span>
        error <b>{valueText(ece.value, "plain")}</b> <span class="interval">{intervalText(ece, "plain")}</span>
      </span>
      {noiseFloor === null ? null : <span class="of">a perfect model: {valueText(noiseFloor, "plain")}</span>}
      <span>
        {side} <b>{valueText(size.value, "points")}</b> <span class="interval">{intervalText(size, "points")}</span>
      </span>
      {pValue === null ? null : (
        <>
          <EvidenceScale pValue={pValue} />
          <span class="of">{pText(pValue)} if it were calibrated</span>
        </>
      )}
      {verdict === null ? null : (
        <details>
          <summary>In words</summary>
          <p>{verdict.sentence}</p>
        </details>
      )}
    </>
  );
}

function Accuracy({ judged }: { readonly judged: Judged }): VNode {
  const { accuracy, estimatedAccuracy } = judged.row;
  return (
    <>
      {accuracy.value === null ? (
        <span class="of">not known: {measureText(accuracy, "share")}</span>
      ) : (
        <>
          <span>
            <b>{valueText(accuracy.value, "share")}</b> right
          </span>
          <span class="interval">{intervalText(accuracy, "share")}</span>
          <span class="of">of {countText(accuracy.n)} labelled</span>
        </>
      )}
      {estimatedAccuracy === null ? null : <span>{valueText(estimatedAccuracy, "share")} expected</span>}
    </>
  );
}

/** A share that somebody asked for, without digits that were not given. */
function targetText(share: number): string {
  return `${Number((100 * share).toPrecision(6))}\u202f%`;
}

function Certificate(props: { readonly active: ActiveNow | null; readonly decides: boolean }): VNode | null {
  const { active, decides } = props;
  const { link } = useUrl();
  if (active === null)
    return decides ? <span class="of">no policy known here</span> : <span class="of">no policy</span>;
  const { certificate, policyId, uncertified } = active;
  if (certificate === null || policyId === null) return <span class="of">no policy, a calibrator alone</span>;
  const target = certificate.target;
  const asked = target === null ? "" : `at most ${targetText(target.maxError)} wrong, ${targetText(target.sure)} sure`;
  return (
    <>
      {uncertified !== null ? (
        <Status tone="bad">Not certified</Status>
      ) : certificate.status === "certified" ? (
        <Status tone="good">Certified</Status>
      ) : certificate.status === "not-certified" ? (
        <Status tone="bad">Not certified</Status>
      ) : (
        <span class="of">no risk target</span>
      )}
      {asked === "" ? null : <span class="of">{asked}</span>}
      <details>
        <summary>The policy</summary>
        <p>
          {certificate.sentence} <a href={link("/calibrators", { open: policyId })}>{policyId}</a>, since{" "}
          <Moment at={active.since} to="day" />
          {active.scope === "model" ? ", for all versions" : ""}.
        </p>
      </details>
    </>
  );
}
