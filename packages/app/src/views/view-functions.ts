import type { ProbabilityReport } from "@candor/core";
import { type AnswerInput, type AnswerView, answerView } from "./answer-view.ts";
import { type FleetInput, type FleetView, fleetView } from "./fleet-view.ts";
import { type ReliabilityInput, type ReliabilityView, reliabilityView } from "./reliability-view.ts";
import { type ReportInput, reportView } from "./report-view.ts";
import { type SegmentsInput, type SegmentsView, segmentsView } from "./segments-view.ts";
import { type SeriesInput, type SeriesView, seriesView } from "./series-view.ts";

/** A view that can be asked for, with what it is made of. */
export type ViewRequest =
  | { readonly view: "answer"; readonly input: AnswerInput }
  | { readonly view: "fleet"; readonly input: FleetInput }
  | { readonly view: "reliability"; readonly input: ReliabilityInput }
  | { readonly view: "report"; readonly input: ReportInput }
  | { readonly view: "segments"; readonly input: SegmentsInput }
  | { readonly view: "series"; readonly input: SeriesInput };

/** What each view gives. */
export interface ViewResults {
  readonly answer: AnswerView;
  readonly fleet: FleetView;
  readonly reliability: ReliabilityView;
  readonly report: ProbabilityReport;
  readonly segments: SegmentsView;
  readonly series: SeriesView;
}

/**
 * The view that a request asks for, as JSON in UTF-8.
 *
 * @throws {InputError} as the view does
 */
export function viewJson(request: ViewRequest): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(viewOf(request)));
}

function viewOf(request: ViewRequest): ViewResults[keyof ViewResults] {
  switch (request.view) {
    case "answer":
      return answerView(request.input);
    case "fleet":
      return fleetView(request.input);
    case "reliability":
      return reliabilityView(request.input);
    case "report":
      return reportView(request.input);
    case "segments":
      return segmentsView(request.input);
    case "series":
      return seriesView(request.input);
  }
}
