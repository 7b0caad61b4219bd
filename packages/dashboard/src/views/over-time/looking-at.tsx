import type { Signal } from "@preact/signals";
import type { RefObject, VNode } from "preact";
import { useLayoutEffect } from "preact/hooks";
import { Measured } from "../../parts/measured.tsx";
import { countText, measureText } from "../../parts/numbers.ts";
import { useUrl } from "../../state/url-state.ts";
import { evidenceText } from "./estimate-picture.tsx";
import type { PageData } from "./page-data.ts";
import { type Stretch, stretchText, windowOf } from "./stretches.ts";

/**
 * One stretch in numbers, chosen by a slider or by a click on a picture, with links to what is behind it: the chosen one, else
 * that of the URL, else the newest whose outcomes are in. It alone is drawn anew while the slider moves.
 */
export function LookingAt(props: {
  readonly data: PageData;
  readonly stretches: readonly Stretch[];
  /** Start of the chosen one. */
  readonly chosen: Signal<number | null>;
  readonly onChange: (start: number) => void;
  /** What the pictures are in: it is told where they draw their line. */
  readonly place: RefObject<HTMLElement | null>;
}): VNode | null {
  const { data, stretches, chosen, onChange, place } = props;
  const { lines, bucket, link, window } = data;
  const { state } = useUrl();
  const index = indexOf(chosen.value ?? Date.parse(state["at"] ?? ""), stretches, lines);
  const stretch = stretches[index];
  const middle = stretch === undefined ? window.from : (stretch.start + stretch.end) / 2;
  const at = (middle - window.from) / (window.to - window.from);
  useLayoutEffect(() => place.current?.style.setProperty("--at", String(at)), [at]);
  if (stretch === undefined) return null;
  const when = stretchText(stretch, bucket);
  const found = lines.flatMap((line) => {
    const point = line.points.find(({ start }) => start === stretch.start);
    return point === undefined ? [] : [{ line, point }];
  });
  const spoken = found
    .map(({ line, point }) => `${lines.length > 1 ? `version ${line.name}, ` : ""}${gapWords(point.gap)}`)
    .join("; ");
  return (
    <section class="over-time-looking" aria-label="One stretch in numbers">
      <label class="over-time-slider">
        <span>
          Looking at <b>{when}</b>
        </span>
        <input
          type="range"
          min={0}
          max={Math.max(0, stretches.length - 1)}
          step={1}
          value={index}
          aria-valuetext={`${when}: ${spoken}`}
          onInput={({ currentTarget }) => {
            const wanted = stretches[Number(currentTarget.value)];
            if (wanted !== undefined) onChange(wanted.start);
          }}
        />
      </label>
      <ul>
        {found.map(({ line, point }) => (
          <li key={line.version}>
            {lines.length > 1 ? <b>Version {line.name}</b> : null}
            <span>
              Stated minus observed {point.gap === undefined ? "–" : <Measured of={point.gap} kind="points" />}
            </span>
            {point.evidence ? <span>{evidenceText(point)}</span> : null}
            <span class="muted">
              {countText(point.labelled)} of {countText(point.predictions)} with an outcome
            </span>
            <a href={link("/calibration", { ...windowOf(stretch), version: line.version })}>Its calibration</a>
            <a href={link("/predictions", { ...windowOf(stretch), version: line.version })}>Its predictions</a>
          </li>
        ))}
      </ul>
    </section>
  );
}

function indexOf(start: number, stretches: readonly Stretch[], lines: PageData["lines"]): number {
  const known = stretches.findIndex((one) => one.start === start);
  if (known >= 0) return known;
  const mature = new Set(lines.flatMap(({ points }) => points.filter((one) => one.mature).map((one) => one.start)));
  const usual = stretches.findLastIndex((one) => mature.has(one.start));
  return usual >= 0 ? usual : stretches.length - 1;
}

function gapWords(gap: PageData["lines"][number]["points"][number]["gap"]): string {
  return gap === undefined ? "" : `stated minus observed ${measureText(gap, "points")}`;
}
