import { createSha256 } from "../calibration/artefact/sha256.ts";
import { utf8 } from "../calibration/artefact/utf8.ts";
import { InputError } from "../errors.ts";
import { checkSample } from "../intervals/sample.ts";
import type { ReportDocument } from "../report/document.ts";
import type { Predictions } from "../report/predictions.ts";
import { comparedRows, compareOrders, fitOrder, type OrderEvidence } from "./compare-orders.ts";
import { type EnsembleCalibrator, type PoolingOrder, sealEnsembleCalibrator } from "./ensemble-calibrator.ts";
import { sharesOfSeveral } from "./member-shares.ts";
import type { MemberOptions, Members } from "./members.ts";

/** Choices of `fitEnsembleCalibrator`. */
export interface EnsembleFitOptions extends MemberOptions {
  readonly order: PoolingOrder;
  readonly version: string;
  /** What the data are called. */
  readonly name: string;
  readonly source: ReportDocument["source"];
  readonly created?: string;
  /** What the members are called, in their order: kept, to tell another order of the same members. Default: no names. */
  readonly memberNames?: readonly string[];
  /** Folds of the comparison. Default: 10 below 200 rows, 5 from there on. */
  readonly folds?: number;
  readonly seed?: number;
  /** Coverage of the intervals. Default 0.95. */
  readonly level?: number;
}

/** Everything `candor fit --members --pool` shows, as one JSON document. */
export interface EnsembleFitDocument {
  readonly schema: "candor.ensemble-fit/1";
  readonly version: string;
  readonly calibrator: EnsembleCalibrator;
  readonly source: ReportDocument["source"];
  readonly members: number;
  readonly n: number;
  /** Rows that the orders were compared on: all, or a sample drawn by the seed. */
  readonly compared: number;
  readonly folds: number;
  /** The chosen order, the others, and none; on held-out rows. */
  readonly orders: readonly OrderEvidence[];
  /** Orders without a fit, with the reason. */
  readonly notFitted: readonly { readonly order: PoolingOrder; readonly reason: string }[];
  readonly sentence: string;
}

/**
 * Temperatures for an ensemble in the order asked for, and what every order is worth on rows held out.
 *
 * @param members rows as those of `predictions`
 * @param predictions the mean of the members with outcomes; its groups and times decide the folds
 * @throws {InputError} `too-few` for fewer than 2 members or folds; `incompatible` where the order asked for has no optimum,
 *   or for scores that are no probabilities of classes
 */
export function fitEnsembleCalibrator(
  members: Members,
  predictions: Predictions,
  options: EnsembleFitOptions,
): EnsembleFitDocument {
  const { order, version, name, source, created, seed = 0, level = 0.95, memberWeights } = options;
  sharesOfSeveral(members.members, "the calibration of members", options);
  const labels = labelsOf(predictions);
  if (labels.length !== members.rows)
    throw new InputError("shape-mismatch", `members have ${members.rows} rows but there are ${labels.length} labels`);
  const { weights } = predictions;
  const sample = checkSample(labels.length, { level, ...(weights ? { weights } : {}) });
  const chosen = fitOrder(order, members, { labels, weights, memberWeights });
  const compared = comparedRows(members, labels, predictions, seed);
  const folding = { seed, ...(options.folds === undefined ? {} : { folds: options.folds }) };
  const { folds, orders, notFitted } = compareOrders(compared, { order, chosen, memberWeights, level, folding });
  const calibrator = sealEnsembleCalibrator({
    schema: "candor.ensemble-calibrator/1",
    version,
    created: created ?? null,
    order,
    temperatures: [...chosen.temperatures],
    meanTemperature: chosen.meanTemperature,
    memberWeights: memberWeights === undefined ? null : [...memberWeights],
    ...(options.memberNames === undefined ? {} : { memberNames: [...options.memberNames] }),
    scoreKind: predictions.task === "binary" ? "probability" : "probabilities",
    classNames: [...predictions.classNames],
    n: sample.n,
    effectiveN: sample.effectiveN,
    certificates: chosen.certificates,
    data: { name, fingerprint: membersFingerprint(members, labels, weights) },
  });
  return {
    schema: "candor.ensemble-fit/1",
    version,
    calibrator,
    source,
    members: members.members,
    n: sample.n,
    compared: compared.labels.length,
    folds,
    orders,
    notFitted,
    sentence: verdictOn(order, orders),
  };
}

function labelsOf(predictions: Predictions): Int32Array {
  switch (predictions.task) {
    case "multiclass":
      return predictions.labels;
    case "binary":
      return Int32Array.from(predictions.outcomes);
    case "confidence":
      throw new InputError("incompatible", "members need the probabilities of classes, got the confidence in one");
  }
}

function membersFingerprint(members: Members, labels: Int32Array, weights: Float64Array | undefined): string {
  const hash = createSha256();
  const shape = `${members.members} ${members.rows} ${members.classes}`;
  hash.update(utf8(`candor.members/1 ${shape}${weights ? " weighted" : ""}\n`));
  const add = (values: Float64Array) => {
    const most = 1 << 13;
    const view = new DataView(new ArrayBuffer(8 * most));
    for (let start = 0; start < values.length; start += most) {
      const count = Math.min(most, values.length - start);
      for (let j = 0; j < count; j++) view.setFloat64(8 * j, values[start + j], true);
      hash.update(new Uint8Array(view.buffer, 0, 8 * count));
    }
  };
  add(members.data);
  add(Float64Array.from(labels));
  if (weights) add(weights);
  return `sha256:${hash.digest()}`;
}

const ORDER_WORDS: Readonly<Record<PoolingOrder | "none", string>> = {
  none: "no calibration",
  "calibrate-mean": "calibrating the mean",
  "calibrate-members": "calibrating each member before the mean",
  "calibrate-jointly": "one temperature for all members before the mean",
  "calibrate-both": "calibrating each member and then the mean",
};

function verdictOn(chosen: PoolingOrder, orders: readonly OrderEvidence[]): string {
  const better = orders
    .filter(({ order, worse }) => order !== chosen && worse.upper < 0)
    .sort((a, b) => a.worse.value - b.worse.value);
  if (better.length > 0)
    return `On rows held out ${ORDER_WORDS[better[0].order]} is better than ${ORDER_WORDS[chosen]}: the log loss is ${nats(-better[0].worse.value)} lower (${nats(-better[0].worse.upper)} to ${nats(-better[0].worse.lower)}).`;
  const none = orders.find(({ order }) => order === "none");
  const gain =
    none === undefined || !(none.worse.lower > 0)
      ? "does not surely lower the log loss"
      : `lowers the log loss by ${nats(none.worse.value)} (${nats(none.worse.lower)} to ${nats(none.worse.upper)})`;
  return `On rows held out ${ORDER_WORDS[chosen]} ${gain}, and no other order is surely better.`;
}

const nats = (x: number): string => x.toFixed(4);
