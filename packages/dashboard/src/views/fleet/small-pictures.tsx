import type { VNode } from "preact";
import type { DecisionShares, Measured, ModelTraffic } from "../../api/api-types.ts";
import { countText, valueText } from "../../parts/numbers.ts";

const day = 86_400_000;
const barsMost = 60;
const [width, height] = [132, 30];

/** The time that all sparklines of a page share. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Hatching for what is too young, once on a page. */
export function Hatching(): VNode {
  return (
    <svg class="fleet-patterns" width="0" height="0" aria-hidden="true">
      <pattern id="fleet-young" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect class="paper" width="4" height="4" />
        <rect class="stripe" width="1.6" height="4" />
      </pattern>
    </svg>
  );
}

/** Predictions over time; bars whose outcomes may be missing are hatched, a line marks the last recalibration. */
export function Sparkline(props: {
  readonly traffic: ModelTraffic["traffic"];
  readonly span: Span;
  readonly matureBefore: number | null;
  readonly recalibratedAt: number | null;
}): VNode {
  const { traffic, span, matureBefore, recalibratedAt } = props;
  const days = Math.max(1, Math.round((span.to - span.from) / day));
  const perBar = Math.max(1, Math.ceil(days / barsMost));
  const bars = Math.ceil(days / perBar);
  const sums = new Array<number>(bars).fill(0);
  const young = new Array<boolean>(bars).fill(false);
  for (const { day: start, predictions } of traffic) {
    const bar = Math.floor((start - span.from) / day / perBar);
    if (bar < 0 || bar >= bars) continue;
    sums[bar] = (sums[bar] ?? 0) + predictions;
    if (matureBefore !== null && start >= matureBefore) young[bar] = true;
  }
  const most = Math.max(1, ...sums);
  const step = width / bars;
  const drawn = (wanted: boolean): string =>
    sums
      .flatMap((sum, bar) => {
        if (sum === 0 || young[bar] !== wanted) return [];
        const tall = Math.max(1, (sum / most) * (height - 2));
        const x = (bar * step).toFixed(1);
        return `M${x} ${height}v${(-tall).toFixed(1)}h${Math.max(0.8, step - 0.6).toFixed(1)}v${tall.toFixed(1)}z`;
      })
      .join("");
  const counts = traffic.map(({ predictions }) => predictions);
  const label =
    counts.length === 0
      ? "No predictions"
      : `${countText(Math.min(...counts))} to ${countText(Math.max(...counts))} predictions a day on ${countText(counts.length)} days`;
  const change = recalibratedAt === null ? null : ((recalibratedAt - span.from) / (span.to - span.from)) * width;
  return (
    <svg
      class="sparkline"
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      role="img"
      aria-label={label}
    >
      <path class="mature" d={drawn(false)} />
      <path class="young" d={drawn(true)} />
      {change === null || change < 0 || change > width ? null : (
        <path class="change" d={`M${change.toFixed(1)} 0V${height}`} />
      )}
    </svg>
  );
}

/** The calibration error with its interval on a scale that all rows share, and what a perfect model would show. */
export function ErrorScale(props: {
  readonly ece: Measured;
  readonly noiseFloor: number | null;
  readonly most: number;
}): VNode | null {
  const { ece, noiseFloor, most } = props;
  if (ece.value === null) return null;
  const at = (value: number): string => (2 + (Math.min(value, most) / most) * (width - 4)).toFixed(1);
  return (
    <svg class="error-scale" viewBox={`0 0 ${width} 14`} width={width} height={14} aria-hidden="true">
      <path class="axis" d={`M2 7H${width - 2}`} />
      {noiseFloor === null ? null : <rect class="floor" x="2" y="3" width={Number(at(noiseFloor)) - 2} height="8" />}
      <path class="interval" d={`M${at(ece.lower ?? 0)} 7H${at(ece.upper ?? most)}`} />
      <circle class="value" cx={at(ece.value)} cy="7" r="3.2" />
    </svg>
  );
}

/** P-values from 1 to 10⁻⁶ on a logarithmic scale: longer is stronger evidence. */
export function EvidenceScale(props: { readonly pValue: number }): VNode {
  const long = Math.min(6, Math.max(0, -Math.log10(props.pValue))) / 6;
  const threshold = (-Math.log10(0.025) / 6) * width;
  return (
    <svg class="evidence" viewBox={`0 0 ${width} 6`} width={width} height={6} aria-hidden="true">
      <rect class="track" width={width} height="6" />
      <rect class="level" width={(long * width).toFixed(1)} height="6" />
      <path class="threshold" d={`M${threshold.toFixed(1)} 0V6`} />
    </svg>
  );
}

const shown = ["act", "review", "abstain", "none"] as const;
const names: Readonly<Record<(typeof shown)[number], string>> = {
  act: "act",
  review: "review",
  abstain: "abstain",
  none: "no decision",
};

/** Shares of decisions as one bar, with their numbers. */
export function DecisionBar(props: { readonly decisions: DecisionShares }): VNode {
  const { decisions } = props;
  let x = 0;
  const parts = shown.flatMap((name) => {
    const share = decisions[name];
    const from = x;
    x += share;
    return share >= 0.0005 ? [{ name, share, from }] : [];
  });
  return (
    <>
      <svg class="shares" viewBox={`0 0 ${width} 10`} width={width} height={10} aria-hidden="true">
        {parts.map(({ name, share, from }) => (
          <rect key={name} class={name} x={(from * width).toFixed(2)} width={(share * width).toFixed(2)} height="10" />
        ))}
      </svg>
      <ul class="legend">
        {parts.map(({ name, share }) => (
          <li key={name}>
            <span class={`key ${name}`} aria-hidden="true" /> {names[name]}{" "}
            {valueText(share, "share", share < 1 && (share > 0.995 || share < 0.005) ? 1 : 0)}
          </li>
        ))}
      </ul>
    </>
  );
}
