import type { VNode } from "preact";
import { Measured } from "../../parts/measured.tsx";
import { countText, measureText } from "../../parts/numbers.ts";
import { evidenceText } from "./estimate-picture.tsx";
import type { PageData } from "./page-data.ts";
import { type Stretch, stretchText, windowOf } from "./stretches.ts";

/** One stretch in numbers, chosen by a slider or by a click on a picture, with links to what is behind it. */
export function LookingAt(props: {
  readonly data: PageData;
  readonly stretches: readonly Stretch[];
  readonly index: number;
  readonly onChange: (index: number) => void;
}): VNode | null {
  const { data, stretches, index, onChange } = props;
  const { lines, bucket, link } = data;
  const stretch = stretches[index];
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
          onInput={({ currentTarget }) => onChange(Number(currentTarget.value))}
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

function gapWords(gap: PageData["lines"][number]["points"][number]["gap"]): string {
  return gap === undefined ? "" : `stated minus observed ${measureText(gap, "points")}`;
}
