import type { Thresholds } from "@candor/core";
import type { VNode } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Decisions, ModelVersions } from "../../api/api-types.ts";
import { Choice } from "../../parts/choice.tsx";
import { FirstRun } from "../../parts/first-run.tsx";
import { Moment } from "../../parts/moment.tsx";
import { countText, measureText, plural, valueText } from "../../parts/numbers.ts";
import { Answer, Empty } from "../../parts/states.tsx";
import { scopeOf, useFilters } from "../../state/filters.ts";
import { useUrl } from "../../state/url-state.ts";
import { useQuery } from "../../state/use-query.ts";
import { CertificatePanel } from "./certificate-panel.tsx";
import { CostsForm } from "./costs-form.tsx";
import { betweenOf, effectsOf, shareDigits } from "./effects.ts";
import { EffectsTable, type Side } from "./effects-table.tsx";
import { RiskPicture } from "./risk-picture.tsx";
import { SaveDialog } from "./save-dialog.tsx";
import { ThresholdPicture } from "./threshold-picture.tsx";
import {
  capacityOf,
  costsOf,
  fitted,
  proposedOf,
  scaleOf,
  thresholdChanges,
  thresholdText,
} from "./threshold-state.ts";

/** The version of a model whose predictions are newest. */
function newestOf(models: ModelVersions["models"], model: string | null): { model: string; version: string } | null {
  const own = models.filter((one) => model === null || one.model === model);
  return own.toSorted((a, b) => b.lastTime - a.lastTime)[0] ?? null;
}

/** Two thresholds to move, with their live effect, what decides now, and saving them as a policy. */
export function DecisionsView(): VNode {
  const { model, version } = useFilters();
  const { set, link } = useUrl();
  const models = useQuery("/api/v1/versions");
  const newest = newestOf(models.data?.models ?? [], model);
  const isOpen = model === null || version === null;
  useEffect(() => {
    if (isOpen && newest !== null) set({ model: newest.model, version: newest.version }, { replace: true });
  }, [isOpen, newest?.model, newest?.version]);
  return (
    <Answer query={models} what="the models">
      {({ models: known }) =>
        known.length === 0 ? (
          <FirstRun />
        ) : newest === null ? (
          <Empty title="There is no such model in this project">
            <p>
              <a href={link("/decisions", { model: null, version: null, segment: null })}>
                The model with the newest predictions
              </a>
            </p>
          </Empty>
        ) : model === null || version === null ? null : (
          <OfVersion key={`${model}\n${version}`} model={model} version={version} known={known} />
        )
      }
    </Answer>
  );
}

function OfVersion(props: {
  readonly model: string;
  readonly version: string;
  readonly known: ModelVersions["models"];
}): VNode {
  const { model, version, known } = props;
  const filters = useFilters();
  const { state, set } = useUrl();
  const on = state["on"] === "positive" || state["on"] === "confidence" ? state["on"] : null;
  const immature = state["immature"] === "true";
  const scope = scopeOf(filters);
  const query = useQuery("/api/v1/decisions", { ...scope, model, version, on, immature: immature ? "true" : null });
  const isBinary = known.some((one) => one.model === model && one.version === version && one.task === "binary");
  return (
    <div class="decisions">
      {isBinary ? (
        <Choice
          label="Thresholds on"
          value={on ?? query.data?.cells.on ?? "confidence"}
          options={[
            { value: "confidence", name: "Confidence in the prediction" },
            { value: "positive", name: "Probability of the positive class" },
          ]}
          onChange={(value) => set({ on: value, act: null, abstain: null })}
        />
      ) : null}
      {immature ? (
        <p>
          Young predictions are taken too, though not all their outcomes are in.{" "}
          <button type="button" class="plain" onClick={() => set({ immature: null })}>
            Leave them out
          </button>
        </p>
      ) : null}
      <Answer
        query={query}
        what="predictions and what decides"
        lines={8}
        empty={() => (
          <Empty title="Nothing to set thresholds on in this time">
            <p>
              There are no predictions of this kind, or all are so young that some of their outcomes may still come.
            </p>
            <p class="actions">
              <button type="button" onClick={() => set({ window: "520w", from: null, to: null })}>
                Look at all time
              </button>
              {immature ? null : (
                <button type="button" onClick={() => set({ immature: true })}>
                  Take young predictions too
                </button>
              )}
            </p>
          </Empty>
        )}
      >
        {(decisions) =>
          decisions.cells.from.length === 0 ? (
            <Empty title="None of these predictions has a confidence">
              <p>
                Thresholds need one. Send <code>confidence</code> with each prediction, or the evidence that it can be
                made of.
              </p>
            </Empty>
          ) : (
            <Simulator decisions={decisions} reload={query.reload} />
          )
        }
      </Answer>
    </div>
  );
}

function Simulator(props: { readonly decisions: Decisions; readonly reload: () => void }): VNode {
  const { decisions, reload } = props;
  const { cells, inEffect } = decisions;
  const { state, set } = useUrl();
  const [live, setLive] = useState<Thresholds | null>(null);
  const [isSaving, setSaving] = useState(false);
  const scale = useMemo(() => scaleOf(decisions), [decisions]);
  const inUse = inEffect.on === cells.on ? inEffect.thresholds : null;
  const thresholds = live ?? proposedOf(state, inUse, scale);
  const costs = costsOf(state, inEffect.costs);
  const capacity = capacityOf(state, inEffect);
  const priced = JSON.stringify(costs);
  const now = useMemo(
    (): Side | null => (inUse === null ? null : { thresholds: inUse, outcome: effectsOf(cells, inUse, costs) }),
    [cells, inUse, priced],
  );
  const proposed = useMemo(
    (): Side => ({ thresholds, outcome: effectsOf(cells, thresholds, costs) }),
    [cells, thresholds.act, thresholds.abstain, priced],
  );
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const keep = (wanted: Thresholds): void => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      set(thresholdChanges(wanted), { replace: true });
      setLive(null);
    }, 150);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  const move = (wanted: Thresholds, isDone: boolean): void => {
    const next = fitted(wanted, scale);
    clearTimeout(timer.current);
    setLive(next);
    if (isDone) keep(next);
  };
  const comparison = { decisions, now, proposed, costs, capacity };
  return (
    <>
      <Lead decisions={decisions} now={now} proposed={proposed} />
      <div class="simulator">
        <ThresholdPicture
          decisions={decisions}
          scale={scale}
          proposed={thresholds}
          outcome={proposed.outcome}
          onMove={move}
        />
        <section class="effects" aria-labelledby="effects">
          <h2 id="effects">What they lead to</h2>
          <EffectsTable {...comparison} caption="What thresholds lead to" />
          <p class="muted">
            Shares are of all predictions, labelled or not; errors of those with an outcome. Intervals at 95 %.
            {now !== null && now.outcome.divided > 0
              ? ` The threshold in effect lies inside a cell: up to ${valueText(now.outcome.divided, "share", 2)} of predictions may be on its other side.`
              : ""}
          </p>
          <p class="actions">
            <button type="button" class="primary" onClick={() => setSaving(true)}>
              Save as policy…
            </button>
            {now === null ? null : (
              <button type="button" onClick={() => move(now.thresholds, true)}>
                Back to now
              </button>
            )}
          </p>
        </section>
      </div>
      <div class="beside">
        <RiskPicture decisions={decisions} now={now?.outcome ?? null} proposed={proposed.outcome} />
        <div class="stack">
          <CertificatePanel decisions={decisions} now={now?.outcome ?? null} />
          <CostsForm costs={costs} capacity={capacity} onThresholds={(wanted) => move(wanted, true)} />
        </div>
      </div>
      {isSaving ? <SaveDialog comparison={comparison} onClose={() => setSaving(false)} onActive={reload} /> : null}
    </>
  );
}

/** What is proposed in a sentence, what it is judged on, and what to know of that. */
function Lead(props: { readonly decisions: Decisions; readonly now: Side | null; readonly proposed: Side }): VNode {
  const { decisions, now, proposed } = props;
  const { cells, from, to, predictions, labelled, perDay, made, notes } = decisions;
  const { coverage, error } = proposed.outcome;
  const between = now === null ? null : betweenOf(cells, now.thresholds, proposed.thresholds);
  const isPositive = cells.on === "positive";
  const wrong = isPositive ? "not positive" : "wrong";
  return (
    <div class="lead">
      <p class="verdict" role="status">
        {proposed.thresholds.act === null
          ? "Nothing is acted on."
          : `Acting from ${thresholdText(proposed.thresholds.act)} acts on ${valueText(coverage.value, "share")} of predictions; ${
              error === null
                ? "of these no outcome is known."
                : `${measureText(error, "share", shareDigits(error))} of these were ${wrong}.`
            }`}
      </p>
      {between === null ? null : (
        <p>
          {`That is ${countText(Math.max(1, (between.predictions / predictions) * perDay))} ${between.isMore ? "more" : "fewer"} a day than now; `}
          {between.error === null
            ? "of those between the two thresholds no outcome is known."
            : `of those between the two thresholds ${measureText(between.error, "share")} were ${wrong}.`}
        </p>
      )}
      <p class="muted">
        {countText(predictions)} {plural(predictions, "prediction")} from <Moment at={from} to="day" /> to{" "}
        <Moment at={to} to="day" />, {countText(perDay)} a day; {countText(labelled)} {labelled === 1 ? "has" : "have"}{" "}
        an outcome.
        {made.none < 1
          ? ` When they came, ${valueText(made.act, "share")} were acted on, ${valueText(made.review, "share")} reviewed, ${valueText(made.abstain, "share")} left.`
          : " No decisions were recorded with them."}
      </p>
      {notes.map((note) => (
        <p class="muted" key={note}>
          {note}
        </p>
      ))}
    </div>
  );
}
