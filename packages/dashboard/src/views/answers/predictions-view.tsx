import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { Choice, Select } from "../../parts/choice.tsx";
import { FirstRun } from "../../parts/first-run.tsx";
import { NoneMatches, PredictionList } from "../../parts/prediction-list.tsx";
import { Skeleton } from "../../parts/states.tsx";
import { scopeOf, useFilters } from "../../state/filters.ts";
import { useUrl } from "../../state/url-state.ts";
import { useQuery } from "../../state/use-query.ts";

const decisions = [
  { value: "", name: "Any" },
  { value: "act", name: "Act" },
  { value: "review", name: "Review" },
  { value: "abstain", name: "Abstain" },
];

const outcomes = [
  { value: "", name: "Any or none" },
  { value: "1", name: "Right, or positive" },
  { value: "0", name: "Wrong, or negative" },
  { value: "any", name: "Known" },
  { value: "none", name: "Not known yet" },
];

const sources = [
  { value: "calibrated", name: "acted on" },
  { value: "raw", name: "raw" },
] as const;

/** An end of the range of confidence, in percent; taken over when the reader leaves it or presses Enter. */
function PercentField(props: {
  readonly label: string;
  readonly share: string | undefined;
  readonly onChange: (share: string | null) => void;
}): VNode {
  const { label, share, onChange } = props;
  const percent =
    share === undefined || Number.isNaN(Number(share)) ? "" : String(Number((100 * Number(share)).toFixed(6)));
  const [typed, setTyped] = useState<string | null>(null);
  const take = (text: string): void => {
    setTyped(null);
    const value = Number(text.replace(",", "."));
    if (text.trim() === "") onChange(null);
    else if (value >= 0 && value <= 100) onChange(String(Number((value / 100).toFixed(8))));
  };
  return (
    <label class="field percent">
      <span>{label}</span>
      <input
        type="text"
        inputMode="decimal"
        value={typed ?? percent}
        onInput={(event) => setTyped(event.currentTarget.value)}
        onChange={(event) => take(event.currentTarget.value)}
      />
    </label>
  );
}

/** Nothing in the list: because there is nothing at all, or because nothing matches. */
function Nothing(): VNode {
  const { data, error } = useQuery("/api/v1/versions");
  if (data === null && error === null) return <Skeleton what="the models" lines={2} />;
  return data?.models.length === 0 ? <FirstRun /> : <NoneMatches />;
}

/** Predictions one by one, newest first: the examples behind a bin, a decision or a segment. */
export function PredictionsView(): VNode {
  const filters = useFilters();
  const { state, set } = useUrl();
  const hasRange = (state["confidenceFrom"] ?? "") !== "" || (state["confidenceTo"] ?? "") !== "";
  const source = state["source"] === "raw" ? "raw" : "calibrated";
  return (
    <>
      <p class="predictions-lead">
        Single predictions with what became of them. Choose one to see what its confidence rests on; answers of language
        models are shown token by token.
      </p>
      <form class="prediction-filters" aria-label="Which predictions" onSubmit={(event) => event.preventDefault()}>
        <Select
          label="Decision"
          value={state["decision"] ?? ""}
          options={decisions}
          onChange={(decision) => set({ decision })}
        />
        <Select
          label="Outcome"
          value={state["outcome"] ?? ""}
          options={outcomes}
          onChange={(outcome) => set({ outcome })}
        />
        <PercentField
          label="Confidence from, %"
          share={state["confidenceFrom"]}
          onChange={(confidenceFrom) => set({ confidenceFrom })}
        />
        <PercentField
          label="to below, %"
          share={state["confidenceTo"]}
          onChange={(confidenceTo) => set({ confidenceTo })}
        />
        {hasRange ? (
          <Choice
            label="Confidence"
            value={source}
            options={sources}
            onChange={(chosen) => set({ source: chosen === "raw" ? chosen : null })}
          />
        ) : null}
      </form>
      <PredictionList
        caption="Predictions, newest first"
        query={{
          ...scopeOf(filters),
          route: state["route"],
          decision: state["decision"],
          outcome: state["outcome"],
          confidenceFrom: state["confidenceFrom"],
          confidenceTo: state["confidenceTo"],
          ...(hasRange ? { source } : {}),
        }}
        whenEmpty={<Nothing />}
      />
    </>
  );
}
