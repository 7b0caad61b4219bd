import type { Field } from "@candor/input";
import type { VNode } from "preact";
import { useId } from "preact/hooks";
import type { UrlState } from "../../state/url-state.ts";
import { type columnOptions, optionNames } from "./report-options.ts";

type Known = readonly Pick<Field, "name" | "kind">[];

/** Columns offered as segments at most. */
const mostSegments = 60;

const groups: readonly {
  readonly title: string;
  /** Folded away until it is used. */
  readonly isRare?: boolean;
  readonly fields: readonly {
    readonly name: (typeof columnOptions)[number];
    readonly label: string;
    readonly hint?: string;
  }[];
}[] = [
  {
    title: "Scores and what happened",
    fields: [
      { name: "score", label: "Score (--score)" },
      { name: "label", label: "Label (--label)" },
      { name: "positive", label: "Positive label (--positive)", hint: "yes" },
      { name: "probs", label: "Probabilities (--probs)", hint: "p_*" },
      { name: "logits", label: "Logits (--logits)", hint: "z_*" },
      { name: "confidence", label: "Confidence (--confidence)" },
      { name: "correct", label: "Correct (--correct)" },
    ],
  },
  {
    title: "Forecasts of a number",
    isRare: true,
    fields: [
      { name: "prediction", label: "Forecast (--prediction)" },
      { name: "sigma", label: "Its standard deviation (--sigma)" },
      { name: "quantiles", label: "Quantiles (--quantiles)", hint: "q*" },
      { name: "lower", label: "Lower end (--lower)" },
      { name: "upper", label: "Upper end (--upper)" },
    ],
  },
  {
    title: "All rows",
    fields: [
      { name: "time", label: "Time (--time)" },
      { name: "weight", label: "Weight (--weight)" },
    ],
  },
];

const tasks = [
  { value: "", name: "Recognised" },
  { value: "binary", name: "Binary" },
  { value: "multiclass", name: "Several classes" },
  { value: "confidence", name: "Confidence and correctness" },
  { value: "regression", name: "Forecasts of a number" },
];

/** The flags of `candor report` as a form. */
export function ColumnForm(props: {
  readonly known: Known;
  readonly state: UrlState;
  readonly onUse: (changes: UrlState) => void;
}): VNode {
  const { known, state, onUse } = props;
  const prefix = useId();
  const chosen = new Set((state["by"] ?? "").split(",").map((name) => name.trim()));
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (!(event.currentTarget instanceof HTMLFormElement)) return;
    const data = new FormData(event.currentTarget);
    const written = (name: string): string =>
      data
        .getAll(name)
        .filter((value) => typeof value === "string")
        .join(",");
    onUse(Object.fromEntries(optionNames.map((name) => [name, written(name)])));
  };
  return (
    <form class="columns" onSubmit={submit} key={JSON.stringify(state)}>
      <div class="fields">
        <div class="field">
          <label for={`${prefix}-task`}>What it is (--task)</label>
          <select id={`${prefix}-task`} name="task">
            {tasks.map(({ value, name }) => (
              <option key={value} value={value} selected={(state["task"] ?? "") === value}>
                {name}
              </option>
            ))}
          </select>
        </div>
        <TextField id={`${prefix}-level`} name="level" label="Level of intervals (--level)" hint="95%" state={state} />
      </div>
      {groups.map(({ title, fields, isRare }) => (
        <details key={title} open={isRare !== true || fields.some(({ name }) => state[name] !== undefined)}>
          <summary>{title}</summary>
          <div class="fields">
            {fields.map(({ name, label, hint }) => {
              const id = `${prefix}-${name}`;
              return hint === undefined ? (
                <ColumnField key={name} id={id} name={name} label={label} known={known} state={state} />
              ) : (
                <TextField key={name} id={id} name={name} label={label} hint={hint} state={state} />
              );
            })}
            {isRare ? (
              <TextField
                id={`${prefix}-interval-level`}
                name="interval-level"
                label="How often the interval holds (--interval-level)"
                hint="90%"
                state={state}
              />
            ) : null}
          </div>
        </details>
      ))}
      <fieldset>
        <legend>Segments to compare (--by)</legend>
        <div class="checks">
          {known.slice(0, mostSegments).map(({ name }) => (
            <label key={name}>
              <input type="checkbox" name="by" value={name} defaultChecked={chosen.has(name)} /> <bdi>{name}</bdi>
            </label>
          ))}
        </div>
      </fieldset>
      <div class="checks">
        <label>
          <input type="checkbox" name="skipBad" value="1" defaultChecked={state["skipBad"] !== undefined} /> Leave bad
          rows out and count them (--skip-bad)
        </label>
        <label>
          <input type="checkbox" name="normalise" value="1" defaultChecked={state["normalise"] !== undefined} /> Divide
          probabilities by their sum (--normalise)
        </label>
      </div>
      <button type="submit">Make the report</button>
    </form>
  );
}

function TextField(props: {
  readonly id: string;
  readonly name: string;
  readonly label: string;
  readonly hint: string;
  readonly state: UrlState;
}): VNode {
  const { id, name, label, hint, state } = props;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input id={id} name={name} placeholder={hint} defaultValue={state[name] ?? ""} autocomplete="off" />
    </div>
  );
}

function ColumnField(props: {
  readonly id: string;
  readonly name: string;
  readonly label: string;
  readonly known: Known;
  readonly state: UrlState;
}): VNode {
  const { id, name, label, known, state } = props;
  const value = state[name] ?? "";
  const names = known.map((field) => field.name);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} name={name}>
        <option value="">{name === "time" || name === "weight" ? "None" : "Recognised"}</option>
        {[...names, ...(value === "" || names.includes(value) ? [] : [value])].map((one) => (
          <option key={one} value={one} selected={one === value}>
            {one}
          </option>
        ))}
      </select>
    </div>
  );
}
