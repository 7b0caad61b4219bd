import { type Calibrator, visibleText } from "@candor/core";
import { formatNumber, methodWords, metricName, parameterWords } from "@candor/pages";
import type { VNode } from "preact";
import { DataTable } from "../../parts/data-table.tsx";
import { Facts } from "../../parts/facts.tsx";
import { Measured } from "../../parts/measured.tsx";
import { Name } from "../../parts/name.tsx";
import { countText } from "../../parts/numbers.ts";
import { Status } from "../../parts/status.tsx";
import { MadeBy } from "./made-by.tsx";

const scores: Readonly<Record<Calibrator["scoreKind"], string>> = {
  probability: "probability of the positive class",
  confidence: "probability that the prediction is right",
  probabilities: "one probability per class",
  logits: "one logit per class",
};

function Evidence({ calibrator: { evidence } }: { readonly calibrator: Calibrator }): VNode {
  if (evidence === null) return <p>Nothing was held out when it was made, so nothing shows here whether it helps.</p>;
  const { before, after, improvement } = evidence;
  const { lower, upper, level } = improvement.logLoss;
  const helps = lower > 0;
  const rows = [
    { name: "Calibration error (ECE)", before: before.ece, after: after.ece, gain: null },
    { name: "Brier score", before: before.brier, after: after.brier, gain: improvement.brier },
    { name: "Log loss", before: before.logLoss, after: after.logLoss, gain: improvement.logLoss },
  ];
  return (
    <>
      <p>
        <Status tone={helps ? "good" : upper < 0 ? "bad" : "unsure"}>
          {helps ? "It helps" : upper < 0 ? "It makes them worse" : "Not shown to help"}
        </Status>{" "}
        On rows that neither the fit nor the choice of the method had seen; the {100 * level} % interval of the change
        in log loss {helps || upper < 0 ? "leaves out" : "holds"} zero.
      </p>
      <DataTable
        caption="Before and after, lower is better"
        columns={[
          { name: "Lower is better", cell: ({ name }) => name, isHeader: true },
          { name: "Before", cell: (row) => <Measured of={row.before} kind="plain" />, isNumber: true },
          { name: "After", cell: (row) => <Measured of={row.after} kind="plain" />, isNumber: true },
          {
            name: "Better by",
            cell: ({ gain }) => (gain === null ? "" : <Measured of={gain} kind="plain" digits={4} />),
            isNumber: true,
          },
        ]}
        rows={rows}
      />
    </>
  );
}

/** What a calibrator does, and how it is known that it does it. */
export function CalibratorCard(props: { readonly calibrator: Calibrator }): VNode {
  const { calibrator } = props;
  const { method, parameters, classNames, segments, data, n, created, version } = calibrator;
  const numbers = Object.entries(parameters).flatMap(([name, value]) =>
    typeof value === "number" ? [{ name, value, words: parameterWords(name, value) }] : [],
  );
  return (
    <>
      <h3>What it does</h3>
      <p>
        {methodWords(method) || `Method ${visibleText(method, 80)}.`}
        {segments === null
          ? ""
          : ` With corrections by ${segments.columns.map((one) => visibleText(one, 40)).join(", ")}.`}
      </p>
      {numbers.length === 0 ? null : (
        <ul class="plain-list">
          {numbers.map(({ name, value, words }) => (
            <li key={name}>
              {metricName(name)} {Number.isInteger(value) ? countText(value) : formatNumber(value)}
              {words === "" ? "" : `: ${words}`}
            </li>
          ))}
        </ul>
      )}
      <h3>Does it help?</h3>
      <Evidence calibrator={calibrator} />
      <h3>Where it comes from</h3>
      <Facts
        of={[
          ["Data", <Name key="data" of={data.name} most={120} />],
          ["Labelled rows", countText(n)],
          ["It reads", scores[calibrator.scoreKind]],
          ...(classNames.length === 0
            ? []
            : [["Classes", classNames.map((one) => visibleText(one, 40)).join(", ")] as const]),
          ["Made", <MadeBy key="made" created={created} version={version} />],
          ["Fingerprint of the data", <code key="print">{data.fingerprint}</code>],
        ]}
      />
    </>
  );
}
