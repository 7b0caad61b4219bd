import { type Calibrator, parseScoreChoice, recordedScore, scoreFamily } from "@candor/core";
import { chosenScore, type InputOptions, scoreNeed } from "@candor/input";
import { type Command, Option } from "commander";
import { UsageError } from "./usage-error.ts";

/** What `--help` says of `--confidence-from`. */
const names = scoreFamily.map(({ name }) => (["sd", "width", "within"].includes(name) ? `${name}:TOL` : name));

/** `--confidence-from`. */
export function confidenceFromOption(): Option {
  return new Option("--confidence-from <score>", `confidence computed from the outputs: ${names.join(", ")}`);
}

/** Adds `--confidence-from`. */
export function addConfidenceFrom(command: Command): Command {
  return command.addOption(confidenceFromOption());
}

/** Whether the flag names a score of forecasts of numbers. */
export function isOfForecasts(input: Pick<InputOptions, "confidenceFrom">): boolean {
  const choice = chosenScore(input);
  return choice !== undefined && scoreNeed(choice) === "forecasts";
}

/** Input of a calibrator that records which score of the outputs it is of: that score is computed from them. */
export function withRecordedOutputs(input: InputOptions, calibrator: Calibrator | null | undefined): InputOptions {
  if (!calibrator) return input;
  const recorded = recordedScore(calibrator);
  const { confidenceFrom } = input;
  if (recorded === undefined) {
    if (confidenceFrom === undefined || calibrator.scoreKind === "confidence") return input;
    throw new UsageError(
      `the calibrator reads ${calibrator.scoreKind}, which it turns into probabilities itself: expected no --confidence-from`,
    );
  }
  const name = calibrator.spec["confidenceFrom"];
  if (confidenceFrom !== undefined && !isSame(confidenceFrom, String(name)))
    throw new UsageError(`the calibrator is of ${name}, got --confidence-from ${confidenceFrom}`);
  if (input.confidence !== undefined)
    throw new UsageError(
      `the calibrator is of ${name}, which is computed from the outputs of the model: expected no --confidence`,
    );
  return {
    ...input,
    confidenceFrom: String(name),
    confidenceOutputs: recorded.outputs,
    ...(recorded.classes === null ? {} : { confidenceClasses: recorded.classes }),
  };
}

function isSame(given: string, recorded: string): boolean {
  const [a, b] = [chosenScore({ confidenceFrom: given }), parseScoreChoice(recorded)];
  return a?.name === b.name && a.tolerance === b.tolerance;
}

const forecastFlags = ["prediction", "sigma", "variance", "quantiles", "lower", "upper", "intervalLevel"] as const;

/** Refuses forecasts of numbers where nothing makes a confidence of them. */
export function refuseForecasts(input: InputOptions & { readonly calibrator?: string }): void {
  const given = forecastFlags.find((flag) => input[flag] !== undefined);
  if (given === undefined || input.calibrator !== undefined || isOfForecasts(input)) return;
  throw new UsageError(
    `decisions need a confidence, got --${given === "intervalLevel" ? "interval-level" : given}: --confidence-from within:5 makes one of forecasts, the probability to be off by 5 at most`,
  );
}
