import type { ThresholdOutcome, Thresholds } from "@candor/core";
import { thresholdFrame, thresholdHistogram, thresholdMargins } from "@candor/plots";
import type { VNode } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Decisions } from "../../api/api-types.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { valueText } from "../../parts/numbers.ts";
import { useRoom } from "../../parts/use-room.ts";
import { barsOf } from "./bars.ts";
import { NumberField } from "./number-field.tsx";
import { ThresholdSlider } from "./threshold-slider.tsx";
import { type ThresholdScale, thresholdText } from "./threshold-state.ts";

const height = 280;

function errorText({ error }: ThresholdOutcome): string {
  return error === null ? "their errors are not known" : `${valueText(error.value, "share")} of these wrong`;
}

/** How many predictions have which score, with two thresholds to move. */
export function ThresholdPicture(props: {
  readonly decisions: Decisions;
  readonly scale: ThresholdScale;
  readonly proposed: Thresholds;
  readonly outcome: ThresholdOutcome;
  readonly onMove: (thresholds: Thresholds, isDone: boolean) => void;
}): VNode {
  const { decisions, scale, proposed, outcome, onMove } = props;
  const { cells } = decisions;
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<HTMLDivElement>(null);
  const room = useRoom(place);
  const width = Math.max(280, room);
  const bars = useMemo(() => barsOf(cells, scale.from), [cells, scale.from]);
  useEffect(() => {
    if (room === 0) return;
    plot.current?.replaceChildren(
      thresholdHistogram(bars, { document, width, height, from: scale.from, on: cells.on }),
    );
  }, [bars, width, room === 0]);
  const frame = thresholdFrame(width, scale.from);
  const actAt = proposed.act === null ? frame.right : frame.positionOf(proposed.act);
  const abstainAt = proposed.abstain === null ? frame.left : frame.positionOf(proposed.abstain);
  const moved = (name: keyof Thresholds) => (value: number | null, isDone: boolean) => {
    const { act, abstain } = proposed;
    if (name === "act") onMove({ act: value === null ? null : Math.max(value, abstain ?? 0), abstain }, isDone);
    else onMove({ act, abstain: value === null ? null : Math.min(value, act ?? 1) }, isDone);
  };
  const { coverage, reviewVolume, abstention } = outcome;
  const zone = (name: string, from: number, to: number, share: number): VNode | null =>
    to - from < 1 ? null : (
      <div class={`zone ${name}`} style={{ left: `${from}px`, width: `${to - from}px` }} aria-hidden="true">
        {to - from < 64 ? null : (
          <span>
            {name} {valueText(share, "share", 0)}
          </span>
        )}
      </div>
    );
  return (
    <figure class="picture threshold-picture">
      <figcaption>
        <h2>{cells.on === "positive" ? "Probabilities and thresholds" : "Confidence and thresholds"}</h2>
        <p class="finding">
          Move the two thresholds. They stop at the edges of cells, multiples of 1/240 and finer towards the ends: there
          every number below is exact for these predictions.
        </p>
      </figcaption>
      <div class="threshold-place" ref={place}>
        <div class="plot" ref={plot} />
        {room === 0 ? null : (
          <div
            class="threshold-area"
            style={{
              top: `${thresholdMargins.top}px`,
              height: `${height - thresholdMargins.top - thresholdMargins.bottom}px`,
            }}
          >
            {zone("abstain", frame.left, abstainAt, abstention.value)}
            {zone("review", abstainAt, actAt, reviewVolume.value)}
            {zone("act", actAt, frame.right, coverage.value)}
            <ThresholdSlider
              name="abstain"
              value={proposed.abstain}
              scale={scale}
              frame={frame}
              effect={`${valueText(abstention.value, "share")} of predictions are left`}
              onMove={moved("abstain")}
            />
            <ThresholdSlider
              name="act"
              value={proposed.act}
              scale={scale}
              frame={frame}
              effect={`${valueText(coverage.value, "share")} of predictions are acted on, ${errorText(outcome)}`}
              onMove={moved("act")}
            />
          </div>
        )}
      </div>
      <div class="threshold-fields">
        <ThresholdField
          label={cells.on === "positive" ? "Abstain below (probability, %)" : "Abstain below (%)"}
          value={proposed.abstain}
          onChange={(value) => moved("abstain")(value, true)}
        />
        <ThresholdField
          label={cells.on === "positive" ? "Act from (probability, %)" : "Act from (%)"}
          value={proposed.act}
          onChange={(value) => moved("act")(value, true)}
        />
      </div>
      <details>
        <summary>Numbers</summary>
        <DataTable
          caption="Predictions by score, as shares of all"
          columns={[
            { name: "Score", cell: ({ from, to }) => `${thresholdText(from)} to ${thresholdText(to)}`, isHeader: true },
            {
              name: "Predictions",
              cell: ({ right, wrong, unknown }) => valueText(right + wrong + unknown, "share", 2),
              isNumber: true,
            },
            {
              name: cells.on === "positive" ? "Positive" : "Right",
              cell: ({ right }) => valueText(right, "share", 2),
              isNumber: true,
            },
            {
              name: cells.on === "positive" ? "Negative" : "Wrong",
              cell: ({ wrong }) => valueText(wrong, "share", 2),
              isNumber: true,
            },
            { name: "Not known", cell: ({ unknown }) => valueText(unknown, "share", 2), isNumber: true },
          ]}
          rows={bars}
        />
      </details>
    </figure>
  );
}

/** A threshold in percent, typed; empty is never. */
function ThresholdField(props: {
  readonly label: string;
  readonly value: number | null;
  readonly onChange: (value: number | null) => void;
}): VNode {
  const { label, value, onChange } = props;
  return (
    <NumberField
      label={label}
      value={value === null ? "" : String(Number.parseFloat(thresholdText(value)))}
      placeholder="never"
      max={100}
      onChange={(text) => onChange(text === "" ? null : Number(text) / 100)}
    />
  );
}
