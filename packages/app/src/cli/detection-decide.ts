import {
  type ConfidencePredictions,
  calibrationData,
  dataFingerprint,
  detectionPolicy,
  detectionPredictions,
  detectionRows,
  matchDetections,
  type Objective,
  type PolicyDocument,
} from "@candor/core";
import { BadInput, type InputOptions, printable } from "@candor/input";
import { version } from "../version.ts";
import { currentOf } from "./compute-policy.ts";
import type { CliContext } from "./context.ts";
import { BOX_CALIBRATOR } from "./detection-apply.ts";
import { type DetectionCalibrator, detectionColumns, readDetectionCalibrator } from "./detection-calibrator.ts";
import { type DetectionFlags, detectionOptions } from "./detection-flags.ts";
import { withDetections } from "./detection-load.ts";
import type { ObjectiveFlags } from "./policy-flags.ts";
import type { ObjectivePlan } from "./policy-objective.ts";
import { UsageError } from "./usage-error.ts";

/** What to decide, and from what. */
export interface DetectionPolicyRequest {
  readonly file: string | undefined;
  readonly flags: DetectionFlags & InputOptions & ObjectiveFlags & { readonly calibrator?: string };
  readonly plan: ObjectivePlan;
  readonly seed: number;
  readonly level: number;
  readonly created: string;
}

function checkObjective({ objective }: ObjectivePlan, { actOn }: ObjectiveFlags): Objective {
  if (objective.kind === "matrix")
    throw new UsageError("a cost matrix needs a probability per class; --cost-error fits detections");
  if (actOn === "positive") throw new UsageError("--act-on positive needs two classes; detections have a confidence");
  return objective;
}

/** Fields of a policy's `source.columns` with what a detection was right by. */
export const OVERLAP = "iou";
export const MOST_DETECTIONS = "max-dets";

/** Most detections of one image that a certificate rests on, where no flag says how many. */
const PER_IMAGE = 100;

/** @throws {BadInput} where an image has more detections than was said */
function checkPerImage({ groups }: ConfidencePredictions, most: number): void {
  const counts = new Map<number, number>();
  for (const image of groups?.codes ?? []) counts.set(image, (counts.get(image) ?? 0) + 1);
  const [image, count] = [...counts].reduce((largest, one) => (one[1] > largest[1] ? one : largest), [-1, 0]);
  if (count <= most) return;
  throw new BadInput(
    `image ${printable(groups?.values[image] ?? "")} has ${count} detections that count, expected at most ${most} in one image`,
    { hint: `--per-image ${count} or more, or fewer detections by --max-dets` },
  );
}

/** Reads detections and makes a policy of them, with images as the independent units. */
export async function computeDetectionPolicy(
  { file, flags, plan, seed, level, created }: DetectionPolicyRequest,
  context: CliContext,
): Promise<PolicyDocument> {
  const objective = checkObjective(plan, flags);
  const { iou = 0.5, maxDets = 100, by = [], below, thresholdsPerSegment: perSegment = false } = flags;
  const calibrator: DetectionCalibrator | undefined =
    flags.calibrator === undefined ? undefined : await readDetectionCalibrator(flags.calibrator);
  const options = detectionOptions(flags);
  return withDetections(file, options, calibrator, context, async ({ data, source, raw }, say) => {
    say("deciding");
    detectionColumns(data, by);
    const columns = [
      ...new Set([...by, ...(calibrator && "segments" in calibrator ? (calibrator.segments?.columns ?? []) : [])]),
    ];
    const matches = matchDetections(data, { thresholds: [iou], maxDets });
    const predictions = detectionPredictions(data, detectionRows(data, matches), columns);
    if (objective.kind === "risk") checkPerImage(predictions, flags.perImage ?? PER_IMAGE);
    const isBox = calibrator?.schema === "candor.box-calibrator/1";
    const own = {
      name: source.name,
      rows: source.rows,
      skipped: source.skipped,
      columns: {
        ...source.columns,
        [OVERLAP]: `${iou}`,
        [MOST_DETECTIONS]: `${maxDets}`,
        ...(isBox ? { [BOX_CALIBRATOR]: calibrator.fingerprint } : {}),
      },
      approximate: false,
      notes: [`a detection is right from an overlap of ${iou}; intervals count images`, ...source.notes],
    };
    const before =
      raw &&
      detectionPredictions(raw, detectionRows(raw, matchDetections(raw, { thresholds: [iou], maxDets })), columns);
    const fittedHere =
      before !== undefined && dataFingerprint(calibrationData(before)) === calibrator?.data.fingerprint;
    return context.whileBusy(() =>
      detectionPolicy(predictions, {
        version,
        created,
        source: own,
        objective,
        costs: plan.costs,
        capacity: plan.capacity,
        on: "confidence",
        current: currentOf(flags, plan, "confidence"),
        by,
        perSegment,
        level,
        seed,
        fittedHere,
        calibrator: calibrator === undefined || isBox ? null : calibrator,
        ...(below === undefined ? {} : { below }),
        perImage: flags.perImage ?? PER_IMAGE,
      }),
    );
  });
}
