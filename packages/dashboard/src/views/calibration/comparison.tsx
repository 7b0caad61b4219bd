import { compareReliability, reliabilityChange } from "@candor/plots";
import type { ComponentChildren, VNode } from "preact";
import { useMemo } from "preact/hooks";
import type { Reliability } from "../../api/api-types.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { Measured } from "../../parts/measured.tsx";
import { countText, type Measure, valueText } from "../../parts/numbers.ts";
import { type DrawOptions, Picture } from "../../parts/picture.tsx";
import { Answer, Empty } from "../../parts/states.tsx";
import { VerdictStatus } from "../../parts/verdict-status.tsx";
import { scopeOf, useFilters } from "../../state/filters.ts";
import { useUrl } from "../../state/url-state.ts";
import { useQuery } from "../../state/use-query.ts";
import { type CalibrationState, type Compare, diagramQuery } from "./calibration-state.ts";
import { areApart, isUnchanged, type Relation, relationOf, relationWords } from "./comparison-words.ts";
import { outcomeWords, pText } from "./words.ts";

const sourceNames = { raw: "raw scores", calibrated: "calibrated" } as const;

/** The two sides of a comparison by name. */
function namesOf(compare: Compare, state: CalibrationState, version: string | null, segment: string | null) {
  if (compare.kind === "raw") {
    const other = state.source === "raw" ? "calibrated" : "raw";
    return { own: sourceNames[state.source], other: sourceNames[other] };
  }
  if (compare.kind === "version")
    return { own: version === null ? "all versions" : `version ${version}`, other: `version ${compare.version}` };
  const named = (pair: string): string => pair.replace(":", " ");
  return { own: segment === null ? "all segments" : named(segment), other: named(compare.segment) };
}

/** The diagram beside that of another version, another segment, or of the scores before calibration. */
export function Comparison(props: {
  readonly data: Reliability;
  readonly state: CalibrationState;
  readonly compare: Compare;
}): VNode {
  const { data, state, compare } = props;
  const filters = useFilters();
  const { set } = useUrl();
  const other = useQuery("/api/v1/reliability", {
    ...scopeOf(filters),
    ...diagramQuery(state),
    ...(compare.kind === "version" ? { version: compare.version } : {}),
    ...(compare.kind === "segment" ? { segment: compare.segment } : {}),
    ...(compare.kind === "raw" ? { source: state.source === "raw" ? "calibrated" : "raw" } : {}),
  });
  const names = namesOf(compare, state, filters.version, filters.segment);
  return (
    <section class="comparison" aria-labelledby="comparison">
      <header>
        <h2 id="comparison">
          Compared: {names.own} with {names.other}
        </h2>
        <button type="button" onClick={() => set({ compare: null })}>
          Stop comparing
        </button>
      </header>
      <Answer
        query={other}
        what={`the diagram of ${names.other}`}
        empty={(error) => (
          <Empty title={`Nothing to compare: ${names.other}`}>
            <p>{error.message}.</p>
          </Empty>
        )}
      >
        {(found) => <Both data={data} other={found} names={names} compare={compare} />}
      </Answer>
    </section>
  );
}

function Both(props: {
  readonly data: Reliability;
  readonly other: Reliability;
  readonly names: { readonly own: string; readonly other: string };
  readonly compare: Compare;
}): VNode {
  const { data, other, names, compare } = props;
  const filters = useFilters();
  const isRaw = compare.kind === "raw";
  const isSameAxis = data.axis === other.axis;
  const { own: ownName, other: otherName } = names;
  const draw = useMemo(() => {
    if (!isSameAxis) return null;
    return (options: DrawOptions): Element => {
      if (!isRaw)
        return compareReliability(
          { name: ownName, reliability: data },
          { name: otherName, reliability: other },
          options,
        );
      const [before, after] = data.source === "raw" ? [data, other] : [other, data];
      return reliabilityChange(before, after, { ...options, label: "Reliability before and after calibration" });
    };
  }, [data, other, ownName, otherName, isRaw, isSameAxis]);
  if (!isSameAxis)
    return <p>They cannot be drawn on one axis: one states that it is right, the other that something is positive.</p>;
  if (isRaw && isUnchanged(data, other))
    return <p>The raw scores are the calibrated ones: no calibrator changed them in this time.</p>;
  return (
    <div class="calibration-columns">
      <Picture
        title={isRaw ? "Before and after calibration" : "Both, drawn smooth"}
        finding={
          isRaw
            ? "Dashed: the scores as the model gave them. Solid: after calibration. The nearer to the diagonal, the better."
            : "The bands say how sure each curve is at each point."
        }
        draw={draw}
        most={600}
      />
      <Differences data={data} other={other} names={names} relation={relationOf(filters, compare)} />
    </div>
  );
}

interface DifferenceRow {
  readonly name: string;
  readonly cell: (of: Reliability) => ComponentChildren;
}

const none: Measure = { value: null, reason: "no outcomes yet", n: 0 };

function Differences(props: {
  readonly data: Reliability;
  readonly other: Reliability;
  readonly names: { readonly own: string; readonly other: string };
  readonly relation: Relation;
}): VNode {
  const { data, other, names, relation } = props;
  const { outcome } = outcomeWords(data.axis);
  const share = (value: number | null): string => (value === null ? "–" : valueText(value, "share"));
  const rows: readonly DifferenceRow[] = [
    { name: "Trust", cell: (of) => <VerdictStatus status={of.verdict?.status ?? null} axis={of.axis} /> },
    { name: "Calibration error", cell: (of) => <Measured of={of.eceDebiased ?? none} kind="plain" /> },
    {
      name: "Noise floor",
      cell: ({ noiseFloor }) =>
        noiseFloor === null ? "–" : `${valueText(noiseFloor.value, "plain")}, ${pText(noiseFloor.pValue)}`,
    },
    { name: "Stated minus observed", cell: (of) => <Measured of={of.gap ?? none} kind="points" /> },
    { name: "Stated on average", cell: ({ stated }) => share(stated) },
    { name: outcome, cell: ({ observed }) => share(observed) },
    { name: "With outcome", cell: ({ labelled }) => countText(labelled) },
  ];
  const isApart = relation === "apart" ? areApart(data.gap, other.gap) : null;
  return (
    <div class="differences">
      <DataTable
        caption={`${names.own} and ${names.other} in numbers`}
        rows={rows}
        rowKey={({ name }) => name}
        columns={[
          { name: "Number", isHeader: true, cell: ({ name }) => name },
          { name: names.own, cell: ({ cell }) => cell(data) },
          { name: names.other, cell: ({ cell }) => cell(other) },
        ]}
      />
      {isApart === null ? null : (
        <p>The intervals of “Stated minus observed” {isApart ? "do not touch" : "overlap"}.</p>
      )}
      <p class="muted">{relationWords[relation]}</p>
    </div>
  );
}
