import type { VNode } from "preact";
import { useCallback, useRef } from "preact/hooks";
import type { Reliability } from "../../api/api-types.ts";
import { Answer, Empty } from "../../parts/states.tsx";
import { scopeOf, useFilters } from "../../state/filters.ts";
import { linkTo, useUrl } from "../../state/url-state.ts";
import { useQuery } from "../../state/use-query.ts";
import { type Arrival, BinExamples } from "./bin-examples.tsx";
import { focusBin, indexOfBin } from "./bin-links.ts";
import { BinTable } from "./bin-table.tsx";
import {
  binChange,
  type CalibrationState,
  type ConfidenceRange,
  diagramQuery,
  readState,
} from "./calibration-state.ts";
import { ChooseModel } from "./choose-model.tsx";
import { Comparison } from "./comparison.tsx";
import { Controls } from "./controls.tsx";
import { Diagram } from "./diagram.tsx";
import { FloorPicture, HistogramPicture } from "./error-pictures.tsx";
import { HowComputed } from "./how-computed.tsx";
import { VerdictHead, Young } from "./verdict-head.tsx";

/** Whether the confidence of a model can be taken at its word, now: verdict, diagram, examples, comparison. */
export function CalibrationView(): VNode {
  return useFilters().model === null ? <ChooseModel /> : <OfModel />;
}

const tellOutcome = [
  `curl "$CANDOR_URL/api/v1/outcomes" \\`,
  `  -H "Authorization: Bearer $CANDOR_KEY" \\`,
  `  --json '{"predictionId": "p-1", "value": true}'`,
].join("\n");

function OfModel(): VNode {
  const state = readState(useUrl().state);
  const filters = useFilters();
  const query = useQuery("/api/v1/reliability", { ...scopeOf(filters), ...diagramQuery(state) });
  return (
    <Answer
      query={query}
      what="the reliability diagram"
      lines={8}
      empty={() => (
        <Empty title="No predictions to judge">
          <p>
            There are none of this kind in this time
            {state.immature ? "." : ", or all are so young that some of their outcomes may still come."}
          </p>
          <p>Choose a longer time, another version or another segment above.</p>
          <YoungButton state={state} />
        </Empty>
      )}
    >
      {(data) =>
        data.verdict === null ? (
          <Empty title="No outcomes yet" command={tellOutcome}>
            <p>
              None of these predictions has a known outcome, so nothing says whether their confidence was right. Send
              what turned out to be true:
            </p>
            <Young data={data} isCounted={state.immature} />
            <YoungButton state={state} />
          </Empty>
        ) : (
          <Judged data={data} state={state} />
        )
      }
    </Answer>
  );
}

function YoungButton({ state }: { readonly state: CalibrationState }): VNode {
  const { set } = useUrl();
  return (
    <button type="button" onClick={() => set({ immature: state.immature ? null : "true" })}>
      {state.immature ? "Leave young predictions out" : "Count young predictions too"}
    </button>
  );
}

function Judged({ data, state }: { readonly data: Reliability; readonly state: CalibrationState }): VNode {
  const { set, path, state: url } = useUrl();
  const picture = useRef<Element>(null);
  const arrival = useRef<Arrival>(null);
  const { bin, compare } = state;
  const base = linkTo("", { ...url, ...binChange(null) });
  const linkOf = useCallback(
    (range: ConfidenceRange): string =>
      linkTo(path, { ...Object.fromEntries(new URLSearchParams(base)), ...binChange(range) }),
    [path, base],
  );
  const close = (): void => {
    const index = indexOfBin(data.bins, bin);
    set(binChange(null));
    focusBin(picture.current, index);
  };
  return (
    <>
      <VerdictHead data={data} isYoungCounted={state.immature} />
      <Controls state={state} />
      <div class="calibration-columns">
        <div class="column">
          <Diagram
            data={data}
            state={state}
            linkOf={linkOf}
            picture={picture}
            onChoose={(one, byKeyboard) => {
              arrival.current = byKeyboard ? "keyboard" : "pointer";
              set(binChange(one));
            }}
          />
          <HistogramPicture data={data} />
        </div>
        <div class="column">
          {bin === null ? null : (
            <BinExamples data={data} state={state} range={bin} arrival={arrival} onClose={close} />
          )}
          <div class="bins">
            <h2>Bins</h2>
            <BinTable data={data} chosen={bin} linkOf={linkOf} />
          </div>
          <FloorPicture data={data} />
        </div>
      </div>
      {compare === null ? null : (
        <Comparison key={JSON.stringify(compare)} data={data} state={state} compare={compare} />
      )}
      <HowComputed data={data} />
    </>
  );
}
