import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { LinearHead, Matrix, OodEvidence } from "@candor/core";
import { parseNpyHeader } from "../../src/input/npy/npy-header.ts";
import { data, npy } from "../calibrate/class-data.ts";
import { isRecord, type Reference } from "../calibrate/reference-json.ts";

/** Whether the data stands beside the checkout. */
export const present: boolean = existsSync(data);

/** Real features of rows inside and outside, with the last layer of the network. */
export interface OodData {
  readonly train: Matrix;
  readonly labels: Int32Array;
  readonly test: Matrix;
  readonly outside: Matrix;
  readonly head: LinearHead;
}

/** A NumPy file as a matrix. */
export function rowsOf(folder: string, file: string): Matrix {
  const { values, shape } = npy(folder, file);
  const [rows = 0, cols = 0] = shape;
  const { fortranOrder } = parseNpyHeader(readFileSync(join(data, folder, file)), file);
  if (!fortranOrder) return { data: values, rows, cols };
  const turned = values.map((_, at) => values[(at % cols) * rows + Math.floor(at / cols)] ?? Number.NaN);
  return { data: turned, rows, cols };
}

/** A NumPy file as labels. */
export function labelsOf(folder: string, file: string): Int32Array {
  return Int32Array.from(npy(folder, file).values);
}

function oodData(
  names: Readonly<Record<"train" | "labels" | "test" | "outside" | "weights" | "bias", string>>,
): OodData {
  const file = (name: string): Matrix => rowsOf("conformal", `${name}.npy`);
  return {
    train: file(names.train),
    labels: labelsOf("conformal", `${names.labels}.npy`),
    test: file(names.test),
    outside: file(names.outside),
    head: { weights: file(names.weights), bias: npy("conformal", `${names.bias}.npy`).values },
  };
}

/** ResNet-18 features of three CIFAR-10 classes, SVHN outside: far. */
export function resnet(): OodData {
  return oodData({
    train: "ood_resnet18_id_train_feat",
    labels: "ood_resnet18_id_train_labels",
    test: "ood_resnet18_id_test_feat",
    outside: "ood_resnet18_far_svhn_feat",
    weights: "ood_resnet18_head_W",
    bias: "ood_resnet18_head_b",
  });
}

/** Features of a small network for the digits 0 to 7, 8 and 9 outside: near. */
export function digits(): OodData {
  return oodData({
    train: "digits_train_feat",
    labels: "digits_train_labels",
    test: "digits_test_feat",
    outside: "digits_ood_feat",
    weights: "digits_head_W",
    bias: "digits_head_b",
  });
}

/** A section of the reference figures. */
export function golden(section: string): Reference {
  const parsed: unknown = JSON.parse(readFileSync(join(data, "conformal", "golden.json"), "utf8"));
  const found = isRecord(parsed) ? parsed[section] : undefined;
  if (!isRecord(found)) throw new Error(`golden.json has no ${section}`);
  return found;
}

/** The rows of logits and features for which `keep` holds. */
export function rowsWhere({ logits, features }: OodEvidence, keep: (row: number) => boolean): OodEvidence {
  const of = ({ data: values, rows, cols }: Matrix): Matrix => {
    const kept = values.filter((_, at) => keep(Math.floor(at / cols)));
    return { data: kept, rows: rows === 0 ? 0 : kept.length / cols, cols };
  };
  return { ...(logits && { logits: of(logits) }), ...(features && { features: of(features) }) };
}
