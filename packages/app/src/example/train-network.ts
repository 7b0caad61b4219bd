import type { Random } from "@candor/core";

/** A network with one hidden layer of tanh units and a logistic output. */
export interface Network {
  readonly inputs: number;
  readonly hidden: number;
  /** hidden × (inputs + 1) weights, the last of each row its bias; then hidden + 1 output weights, the last the bias. */
  readonly weights: Float64Array;
}

export interface TrainingOptions {
  readonly hidden: number;
  /** Passes over all rows. */
  readonly epochs: number;
  /** Step size of Adam. */
  readonly rate: number;
  readonly random: Random;
}

/**
 * The network after `epochs` steps of full-batch gradient descent (Adam) on the mean log loss, without any
 * regularisation: given enough epochs it learns its training rows by heart and becomes overconfident on others.
 *
 * @param rows feature vectors of equal length
 * @param outcomes 0 or 1 per row
 *
 * Source: Kingma and Ba (2015), "Adam: a method for stochastic optimization", algorithm 1.
 */
export function trainNetwork(
  rows: readonly Float64Array[],
  outcomes: readonly number[],
  { hidden, epochs, rate, random }: TrainingOptions,
): Network {
  const inputs = rows[0]?.length ?? 0;
  const weights = new Float64Array(hidden * (inputs + 1) + hidden + 1);
  for (let i = 0; i < weights.length; i++) weights[i] = random.normal() / Math.sqrt(inputs);
  const network = { inputs, hidden, weights };

  const gradient = new Float64Array(weights.length);
  const mean = new Float64Array(weights.length);
  const square = new Float64Array(weights.length);
  const activations = new Float64Array(hidden);
  for (let step = 1; step <= epochs; step++) {
    gradient.fill(0);
    rows.forEach((row, i) => {
      const error = forward(network, row, activations) - (outcomes[i] ?? 0);
      addGradient(network, row, activations, error / rows.length, gradient);
    });
    const meanScale = 1 / (1 - 0.9 ** step);
    const squareScale = 1 / (1 - 0.999 ** step);
    for (let i = 0; i < weights.length; i++) {
      const g = gradient[i] ?? 0;
      const m = 0.9 * (mean[i] ?? 0) + 0.1 * g;
      const v = 0.999 * (square[i] ?? 0) + 0.001 * g * g;
      mean[i] = m;
      square[i] = v;
      weights[i] = (weights[i] ?? 0) - (rate * m * meanScale) / (Math.sqrt(v * squareScale) + 1e-8);
    }
  }
  return network;
}

/** Probability of outcome 1 that the network gives to a row. */
export function predict(network: Network, row: Float64Array): number {
  return forward(network, row, new Float64Array(network.hidden));
}

function forward({ inputs, hidden, weights }: Network, row: Float64Array, activations: Float64Array): number {
  const output = hidden * (inputs + 1);
  let logit = weights[output + hidden] ?? 0;
  for (let unit = 0; unit < hidden; unit++) {
    const start = unit * (inputs + 1);
    let sum = weights[start + inputs] ?? 0;
    for (let j = 0; j < inputs; j++) sum += (weights[start + j] ?? 0) * (row[j] ?? 0);
    const activation = Math.tanh(sum);
    activations[unit] = activation;
    logit += (weights[output + unit] ?? 0) * activation;
  }
  return 1 / (1 + Math.exp(-logit));
}

/** Adds `error` × the derivative of the output's logit to `gradient`. */
function addGradient(
  { inputs, hidden, weights }: Network,
  row: Float64Array,
  activations: Float64Array,
  error: number,
  gradient: Float64Array,
): void {
  const output = hidden * (inputs + 1);
  const add = (at: number, amount: number): void => {
    gradient[at] = (gradient[at] ?? 0) + amount;
  };
  for (let unit = 0; unit < hidden; unit++) {
    const activation = activations[unit] ?? 0;
    add(output + unit, error * activation);
    const back = error * (weights[output + unit] ?? 0) * (1 - activation * activation);
    const start = unit * (inputs + 1);
    for (let j = 0; j < inputs; j++) add(start + j, back * (row[j] ?? 0));
    add(start + inputs, back);
  }
  add(output + hidden, error);
}
