import type { InputOptions } from "@candor/input";
import { type Command, InvalidArgumentError, Option } from "commander";
import { boxLayouts, type DetectionOptions } from "../input/index.ts";
import { UsageError } from "./usage-error.ts";

/** What `addDetectionFlags` reads. */
export interface DetectionFlags {
  readonly groundTruth?: string;
  readonly images?: string;
  readonly iou?: number;
  readonly maxDets?: number;
  readonly box?: string;
  readonly boxUnits?: "pixels" | "relative";
  readonly image?: string;
  readonly category?: string;
  /** Of `decide` alone. */
  readonly perImage?: number;
}

/** Reads `--iou 0.5`. */
function parseOverlap(text: string): number {
  const overlap = Number(text);
  if (!(overlap > 0 && overlap <= 1))
    throw new InvalidArgumentError("expected an overlap above 0 and at most 1, such as 0.5");
  return overlap;
}

/** Reads `--max-dets 100`. */
function parseMost(text: string): number {
  const most = Number(text);
  if (!(Number.isSafeInteger(most) && most >= 1)) throw new InvalidArgumentError("expected a whole number from 1 on");
  return most;
}

/** Adds the flag that a certificate of detections rests on; of `decide` alone. */
export function addPerImageFlag(command: Command): Command {
  return command.option(
    "--per-image <count>",
    "of a risk target: most detections that one image can have (default: 100)",
    parseMost,
  );
}

/** Adds the flags of object detection; they read the same wherever boxes are read. */
export function addDetectionFlags(command: Command): Command {
  return command
    .optionsGroup("Object detection (the file then holds boxes with scores):")
    .option("--ground-truth <file>", "the true boxes: COCO JSON, or a table with one box per row")
    .option("--images <file>", "the images that were looked at, where the ground truth names only those with boxes")
    .option("--iou <overlap>", "overlap from which a detection is right (default: 0.5)", parseOverlap)
    .option("--max-dets <count>", "detections that count in each image and class (default: 100)", parseMost)
    .option("--box <layout>", `how four numbers are a box: ${boxLayouts.join(", ")}; xyxy:a,b,c,d names the columns`)
    .addOption(new Option("--box-units <units>", "if they cannot be told").choices(["pixels", "relative"]))
    .option("--image <column>", "the image of each box")
    .option("--category <column>", "the class of each box");
}

const names = [
  ["images", "--images"],
  ["iou", "--iou"],
  ["maxDets", "--max-dets"],
  ["box", "--box"],
  ["boxUnits", "--box-units"],
  ["image", "--image"],
  ["category", "--category"],
  ["perImage", "--per-image"],
] as const;

/**
 * Whether a command is about boxes.
 *
 * @throws {UsageError} for flags of boxes without the true ones
 */
export function isDetection(flags: DetectionFlags): boolean {
  if (flags.groundTruth !== undefined) return true;
  const lone = names.find(([key]) => flags[key] !== undefined);
  if (lone !== undefined) throw new UsageError(`${lone[1]} is for object detection, expected --ground-truth FILE too`);
  return false;
}

/** Flags of scores that mean nothing for boxes. */
const foreign = [
  ["label", "--label"],
  ["labels", "--labels"],
  ["positive", "--positive"],
  ["probs", "--probs"],
  ["logits", "--logits"],
  ["confidence", "--confidence"],
  ["correct", "--correct"],
  ["confidenceFrom", "--confidence-from"],
  ["prediction", "--prediction"],
  ["sigma", "--sigma"],
  ["quantiles", "--quantiles"],
  ["lower", "--lower"],
  ["upper", "--upper"],
  ["weight", "--weight"],
  ["time", "--time"],
  ["group", "--group"],
  ["task", "--task"],
  ["normalise", "--normalise"],
  ["inDistribution", "--in-distribution"],
] as const;

/**
 * What the flags say about files of boxes.
 *
 * @param more further flags of the command that boxes have no use for
 * @throws {UsageError} for such flags
 */
export function detectionOptions(
  flags: DetectionFlags & InputOptions,
  more: readonly (readonly [value: unknown, flag: string])[] = [],
): DetectionOptions {
  const given = [...foreign.map(([key, flag]) => [flags[key], flag] as const), ...more].find(
    ([value]) => value !== undefined && value !== false,
  );
  if (given !== undefined) throw new UsageError(`${given[1]} and object detection exclude each other`);
  const { groundTruth, images, box, boxUnits, image, category, score, skipBad, format } = flags;
  return {
    ...(groundTruth === undefined ? {} : { groundTruth }),
    ...(images === undefined ? {} : { images }),
    ...(box === undefined ? {} : { box }),
    ...(boxUnits === undefined ? {} : { boxUnits }),
    ...(image === undefined ? {} : { imageColumn: image }),
    ...(category === undefined ? {} : { categoryColumn: category }),
    ...(score === undefined ? {} : { score }),
    ...(skipBad === undefined ? {} : { skipBad }),
    ...(format === undefined ? {} : { format }),
  };
}
