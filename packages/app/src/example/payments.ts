import type { Random } from "@candor/core";

/** What is known about a payment when it is scored: standard normal numbers, then one 0/1 per region. */
export const measurements: readonly string[] = [
  "amount",
  "hour",
  "account_age",
  "velocity",
  "distance",
  "device_risk",
  "noise_1",
  "noise_2",
  "noise_3",
  "noise_4",
];

/** Regions with their share of all payments and what they add to the log-odds of fraud. */
export const regions: readonly { readonly name: string; readonly share: number; readonly logOdds: number }[] = [
  { name: "north", share: 0.34, logOdds: 0 },
  { name: "south", share: 0.26, logOdds: 0.3 },
  { name: "east", share: 0.18, logOdds: -0.4 },
  { name: "west", share: 0.14, logOdds: 0.1 },
  { name: "islands", share: 0.08, logOdds: 1.2 },
];

/** From this day on there is more fraud everywhere. */
export const waveDay = 63;
const waveLogOdds = 0.9;

/** A made-up card payment whose probability of being fraud is known. */
export interface Payment {
  /** `measurements`, then the regions as 0/1. */
  readonly features: Float64Array;
  /** Index into `regions`. */
  readonly region: number;
  /** P(fraud | everything known about the payment, its region and its day): the truth, not an estimate. */
  readonly probability: number;
  /** 1 with that probability. */
  readonly fraud: 0 | 1;
}

export interface PaymentOptions {
  /** Days since the first one. */
  readonly day: number;
  /** How many regions of `regions` are open for business, from the front. */
  readonly openRegions: number;
}

/**
 * A payment drawn from a made-up world. Its ten measurements are independent standard normal numbers, of which the last
 * four mean nothing. With a, h, g, v, d, r for amount, hour, account age, velocity, distance and device risk,
 *
 *     log-odds of fraud = -2 + 1.3 a - 0.9 g + 1.1 v + 0.8 d r + 0.5 (h² - 1) + region + wave
 *
 * where `region` is the number beside each of `regions`, and `wave` is 0.9 from `waveDay` on and 0 before.
 */
export function drawPayment(random: Random, { day, openRegions }: PaymentOptions): Payment {
  const features = new Float64Array(measurements.length + regions.length);
  for (let i = 0; i < measurements.length; i++) features[i] = random.normal();
  const region = drawRegion(random, openRegions);
  features[measurements.length + region] = 1;

  const [amount = 0, hour = 0, accountAge = 0, velocity = 0, distance = 0, deviceRisk = 0] = features;
  const wave = day >= waveDay ? waveLogOdds : 0;
  const logOdds =
    -2 +
    1.3 * amount -
    0.9 * accountAge +
    1.1 * velocity +
    0.8 * distance * deviceRisk +
    0.5 * (hour * hour - 1) +
    (regions[region]?.logOdds ?? 0) +
    wave;
  const probability = 1 / (1 + Math.exp(-logOdds));
  return { features, region, probability, fraud: random.uniform() < probability ? 1 : 0 };
}

function drawRegion(random: Random, openRegions: number): number {
  const open = regions.slice(0, openRegions);
  let rest = random.uniform() * open.reduce((sum, { share }) => sum + share, 0);
  const index = open.findIndex(({ share }) => {
    rest -= share;
    return rest < 0;
  });
  return index < 0 ? open.length - 1 : index;
}
