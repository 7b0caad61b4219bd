import {
  detectionPredictions,
  detectionRows,
  InputError,
  matchDetections,
  type PolicyDocument,
  type VerificationDocument,
  verifyDetectionPolicy,
} from "@candor/core";
import { BadInput, type InputOptions } from "@candor/input";
import { version } from "../version.ts";
import type { CliContext } from "./context.ts";
import { BOX_CALIBRATOR } from "./detection-apply.ts";
import { readDetectionCalibrator } from "./detection-calibrator.ts";
import { MOST_DETECTIONS, OVERLAP } from "./detection-decide.ts";
import { type DetectionFlags, detectionOptions, isDetection } from "./detection-flags.ts";
import { withDetections } from "./detection-load.ts";
import { UsageError } from "./usage-error.ts";

/** Reads detections with their truth and tells whether a policy of detections keeps what it promises. */
export async function verifyOnDetections(
  policy: PolicyDocument,
  file: string | undefined,
  flags: DetectionFlags & InputOptions & { readonly calibrator?: string },
  context: CliContext,
): Promise<{ document: VerificationDocument; source: { name: string; notes: readonly string[] } }> {
  if (!isDetection(flags))
    throw new UsageError("the policy was made for detections, expected the true boxes too: --ground-truth FILE");
  const columns = policy.source?.columns ?? {};
  const iou = flags.iou ?? Number(columns[OVERLAP] ?? 0.5);
  const maxDets = flags.maxDets ?? Number(columns[MOST_DETECTIONS] ?? 100);
  const wanted = columns[BOX_CALIBRATOR];
  const given = flags.calibrator === undefined ? undefined : await readDetectionCalibrator(flags.calibrator);
  const own = wanted ?? policy.calibrator?.fingerprint;
  if (given !== undefined && given.fingerprint !== own)
    throw new UsageError("the policy was made for another calibrator, or for scores as they are");
  if (given === undefined && wanted !== undefined)
    throw new UsageError(
      `the policy was made for a calibrator of score, place and size, expected it too: --calibrator FILE (fingerprint ${wanted.slice(0, 19)})`,
    );
  const options = detectionOptions(flags, [[flags.by, "--by"]]);
  const calibrator = given ?? policy.calibrator ?? undefined;
  return withDetections(file, options, calibrator, context, async ({ data, source }, say) => {
    say("verifying");
    const segments = [...policy.choices.by, ...(policy.calibrator?.segments?.columns ?? [])];
    const rows = detectionRows(data, matchDetections(data, { thresholds: [iou], maxDets }));
    const predictions = detectionPredictions(data, rows, segments);
    try {
      const document = context.whileBusy(() => verifyDetectionPolicy(policy, predictions, { version }));
      return { document, source: { name: source.name, notes: source.notes } };
    } catch (cause) {
      if (InputError.is(cause)) throw new BadInput(cause.message, { cause });
      throw cause;
    }
  });
}
