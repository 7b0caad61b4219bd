import { type Costs, type Thresholds, thresholdsFromCosts } from "@candor/core";
import type { VNode } from "preact";
import { useUrl } from "../../state/url-state.ts";
import { NumberField } from "./number-field.tsx";
import { costFields } from "./threshold-state.ts";

/** What each thing costs and how much can be reviewed; kept in the URL. */
export function CostsForm(props: {
  readonly costs: Costs | null;
  readonly capacity: number | null;
  readonly onThresholds: (thresholds: Thresholds) => void;
}): VNode {
  const { costs, capacity, onThresholds } = props;
  const { state, set } = useUrl();
  const given = costFields.some(({ name }) => state[name] !== undefined);
  const amountOf = (field: (typeof costFields)[number]["field"], name: string): number | null => {
    if (!given) return costs?.[field] ?? null;
    const text = state[name];
    return text === undefined || text === "" ? null : Number(text);
  };
  const change = (changed: string, text: string): void => {
    const all = costFields.map(({ field, name }) => [name, name === changed ? text : amountOf(field, name)]);
    set(Object.fromEntries(all), { replace: true });
  };
  return (
    <form class="costs" aria-labelledby="costs" onSubmit={(event) => event.preventDefault()}>
      <h2 id="costs">Costs and capacity</h2>
      <p class="muted">In any unit; only ratios matter. A wrong act needs a price, and so does what is done instead.</p>
      <div class="fields">
        {costFields.map(({ field, name, label }) => (
          <NumberField
            key={name}
            label={label}
            value={String(amountOf(field, name) ?? "")}
            placeholder="–"
            onChange={(text) => change(name, text)}
          />
        ))}
        <NumberField
          label="Reviews people can do a day"
          value={String(capacity ?? "")}
          placeholder="–"
          onChange={(text) => set({ capacity: text === "" ? "none" : text }, { replace: true })}
        />
      </div>
      {given && costs === null && costFields.some(({ name }) => state[name] !== "" && state[name] !== undefined) ? (
        <p role="status">
          {amountOf("error", "costWrong") === null
            ? "Give what acting on a wrong one costs."
            : "Give also what a review or doing nothing costs."}
        </p>
      ) : null}
      <p>
        <button
          type="button"
          disabled={costs === null}
          onClick={() => costs && onThresholds(thresholdsFromCosts(costs).thresholds)}
        >
          Thresholds of least cost
        </button>{" "}
        <small class="muted">They believe the confidences: right only where these are calibrated.</small>
      </p>
    </form>
  );
}
