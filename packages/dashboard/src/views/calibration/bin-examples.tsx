import type { RefObject, VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Reliability } from "../../api/api-types.ts";
import { Choice } from "../../parts/choice.tsx";
import { countText, intervalText, valueText } from "../../parts/numbers.ts";
import { PredictionList } from "../../parts/prediction-list.tsx";
import { useFilters } from "../../state/filters.ts";
import { useUrl } from "../../state/url-state.ts";
import { indexOfBin } from "./bin-links.ts";
import type { CalibrationState, ConfidenceRange } from "./calibration-state.ts";
import { outcomeWords, rangeText } from "./words.ts";

/** How a bin was chosen: what has to happen when its examples are there. */
export type Arrival = "keyboard" | "pointer" | null;

/** The predictions behind one bin of the diagram, and of no other. */
export function BinExamples(props: {
  readonly data: Reliability;
  readonly state: CalibrationState;
  readonly range: ConfidenceRange;
  /** Set by who chooses a bin, taken here. */
  readonly arrival: RefObject<Arrival>;
  readonly onClose: () => void;
}): VNode {
  const { data, state, range, arrival, onClose } = props;
  const { model, version, segment } = useFilters();
  const { set } = useUrl();
  const heading = useRef<HTMLHeadingElement>(null);
  const { from, to } = range;
  useEffect(() => {
    const how = arrival.current;
    arrival.current = null;
    if (how === "keyboard") heading.current?.focus();
    else if (how === "pointer") heading.current?.scrollIntoView({ block: "nearest" });
  }, [from, to]);
  const bin = data.bins[indexOfBin(data.bins, range)];
  const words = outcomeWords(data.axis);
  const between = rangeText(from, to);
  return (
    <section class="bin-examples" aria-labelledby="bin-examples">
      <header>
        <h2 id="bin-examples" ref={heading} tabIndex={-1}>
          Stated between {between}
        </h2>
        <button type="button" onClick={onClose}>
          Close
        </button>
      </header>
      {bin === undefined ? (
        <p class="muted">This range is no bin of the diagram any more: its bins were cut in another way.</p>
      ) : (
        <p>
          Stated {valueText(bin.meanConfidence, "share")} on average, {words.inText} {valueText(bin.observed, "share")}{" "}
          {intervalText({ lower: bin.observedLower, upper: bin.observedUpper }, "share")} of {countText(bin.count)} with
          outcome.
        </p>
      )}
      <Choice
        label="Show"
        value={state.outcome}
        options={[
          { value: "any", name: "All" },
          { value: "1", name: words.outcome },
          { value: "0", name: words.other },
        ]}
        onChange={(outcome) => set({ outcome: outcome === "any" ? null : outcome }, { replace: true })}
      />
      <PredictionList
        pageSize={10}
        caption={`Predictions that stated between ${between}`}
        query={{
          model,
          version,
          segment,
          from: data.from === null ? null : String(data.from),
          to: data.to === null ? null : String(data.to),
          confidenceFrom: from,
          confidenceTo: to,
          source: state.source,
          outcome: state.outcome,
        }}
      />
    </section>
  );
}
