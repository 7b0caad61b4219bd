/** One day in milliseconds. */
export const dayMs = 86_400_000;

/** One hour in milliseconds. */
export const hourMs = 3_600_000;

/** Days that the simulation covers. */
export const days = 90;

/**
 * What happens in the simulated world, by day since its first one. Everything else follows from these numbers;
 * `docs/demo.md` tells them as a story.
 */
export const truth = {
  /** Card payments: is it fraud? A calibrated first version, a second one that orders better and is overconfident. */
  fraud: {
    model: "card-fraud",
    perDay: 500,
    /** Mean and standard deviation of the true log-odds of fraud as far as each version can tell. */
    first: { version: "1", mean: -3, deviation: 1.5 },
    second: { version: "2", mean: -3.4, deviation: 1.9 },
    /** From this day on the second version scores all payments. */
    deployed: 30,
    /** Log-odds of its score: `stretch` × true log-odds + `shift`. */
    stretch: 1.7,
    shift: 0.6,
    /** From this day on its scores pass through a calibrator, and a policy of costs decides. */
    recalibrated: 58,
    /** The calibrator was fitted on the payments of these days, whose labels were complete by then: from, up to. */
    calibratedOn: [30, 44],
    /** From this day on another policy decides, which keeps within the reviews a day that people have time for. */
    rethresholded: 72,
    /** It was made of the payments of these days. */
    thresholdsFrom: [44, 58],
    reviewsPerDay: 40,
    /** From this day on the true log-odds of fraud in one region are higher by `logOdds`; the scores do not know. */
    drift: { day: 65, segment: "region", value: "south", logOdds: 1.3 },
    /** Fraud is reported after 6 hours and an exponential time of this mean; at the latest with the maturity. */
    reportedAfterHours: 36,
    /** Payments count as honest when between so many days have passed, every number equally likely. */
    settledAfterDays: [3, 13],
    /** Share of outcomes first recorded the wrong way round and corrected two days later. */
    corrected: 0.005,
    regions: [
      { value: "north", share: 0.35 },
      { value: "south", share: 0.25 },
      { value: "east", share: 0.25 },
      { value: "west", share: 0.15 },
    ],
    channels: [
      { value: "web", share: 0.5 },
      { value: "app", share: 0.35 },
      { value: "shop", share: 0.15 },
    ],
  },
  /** Subscribers: will they leave? A network that is overconfident from its first day to its last. */
  churn: {
    model: "churn-net",
    version: "1",
    perDay: 250,
    mean: -1.2,
    deviation: 1,
    /** Log-odds of its score: `stretch` × true log-odds. */
    stretch: 2.2,
    /** Who leaves does so between so many days; who has not left after 13 to 14 days has stayed. */
    leavesAfterDays: [1, 10],
    plans: [
      { value: "basic", share: 0.6 },
      { value: "plus", share: 0.3 },
      { value: "pro", share: 0.1 },
    ],
    countries: [
      { value: "de", share: 0.4 },
      { value: "fr", share: 0.35 },
      { value: "pl", share: 0.25 },
    ],
  },
  /** Is an answer grounded in its sources? A language model judges, and says how sure it is in round numbers. */
  judge: {
    model: "grounding-judge",
    version: "2026-05",
    perDay: 300,
    /** What it says, and how often. */
    stated: [
      { value: 0.6, share: 0.04 },
      { value: 0.7, share: 0.07 },
      { value: 0.75, share: 0.05 },
      { value: 0.8, share: 0.1 },
      { value: 0.85, share: 0.14 },
      { value: 0.9, share: 0.22 },
      { value: 0.95, share: 0.24 },
      { value: 0.98, share: 0.06 },
      { value: 0.99, share: 0.03 },
      { value: 1, share: 0.05 },
    ],
    /** It is right with probability `base` + `slope` × (stated − 0.5), in one topic by `harder` less often. */
    base: 0.5,
    slope: 0.75,
    harder: { segment: "topic", value: "billing", probability: 0.1 },
    /** Share of replies without a number, and how often the verdict is right then. */
    silent: { share: 0.02, probability: 0.7 },
    /** People label every verdict below this confidence, and this share of the others. */
    reviewedBelow: 0.85,
    audited: 0.02,
    /** They do so between so many hours later. */
    reviewedAfterHours: [2, 72],
    topics: [
      { value: "billing", share: 0.2 },
      { value: "shipping", share: 0.35 },
      { value: "returns", share: 0.25 },
      { value: "technical", share: 0.2 },
    ],
    routes: [
      { value: "chat", share: 0.7 },
      { value: "mail", share: 0.3 },
    ],
    reviewers: ["reviewer:ann", "reviewer:ben"],
  },
  /** Outcomes of predictions that nobody ever sent. */
  orphans: 12,
  /** Hours after which every outcome that will come has come. */
  maturityHours: 336,
} as const;
