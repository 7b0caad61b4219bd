import type { FitDocument } from "@candor/core";
import {
  formatCount,
  formatName,
  formatNumber,
  metricName,
  type Page,
  parameterWords,
  type Section,
  section,
  table,
} from "@candor/pages";

const VALUES_SHOWN = 12;

/** A parameter's value: one number, or the first of several and how many there are. */
function parameterText(value: number | readonly number[] | null): string {
  const text = (x: number) =>
    Number.isInteger(x) ? formatCount(x) : Math.abs(x) < 1e-4 ? x.toExponential(1) : formatNumber(x);
  if (value === null) return "no bound";
  if (typeof value === "number") return text(value);
  if (value.length === 0) return "none";
  const first = value.slice(0, VALUES_SHOWN).map(text).join(", ");
  return value.length > VALUES_SHOWN ? `${first}, … (${formatCount(value.length)} values)` : first;
}

/**
 * The numbers that were fitted, each with its meaning in words, and the certificate of their optimum.
 *
 * @param page the page it is for
 * @param document the fit
 */
export function parametersSection(page: Page, { parameters, calibrator }: FitDocument): Section {
  const { make } = page;
  const { certificate } = calibrator;
  const optimum =
    certificate === null
      ? "It comes from a closed form or an exact algorithm, so there is no search to certify."
      : `Found in ${formatCount(certificate.iterations)} steps; at the optimum no component of the gradient is larger than ${certificate.gradientNorm.toExponential(1)}, and the value minimised is ${formatNumber(certificate.objective)}.`;
  const rows = Object.entries(parameters);
  return section(
    page,
    { id: "parameters", short: "Parameters", title: "What was fitted" },
    make("p", { class: "lead" }, rows.length === 0 ? "No number had to be fitted." : optimum),
    ...(rows.length === 0
      ? []
      : [
          table(
            page,
            rows,
            [
              { title: "Parameter", cell: ([name]) => page.name(metricName(name)) },
              {
                title: "Value",
                numeric: rows.every(([, value]) => typeof value === "number"),
                cell: ([, value]) => parameterText(value),
              },
              {
                title: "What it says",
                words: true,
                cell: ([name, value]) => formatName(parameterWords(name, value) || metricName(name), 300),
              },
            ],
            { caption: "Parameters of the calibrator", hidden: true },
          ),
        ]),
  );
}
