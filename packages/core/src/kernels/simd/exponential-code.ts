import type { Frame, Variable } from "./assemble.ts";
import { type Code, f64, f64x2, i32, i64x2 } from "./instructions.ts";

/** Adding it rounds to an integer, which is then in the lowest bits: 1.5 · 2⁵². */
const ROUND = 6755399441055744;

/** P and Q, the highest power first: 2^f = 1 + 2 · f P(f²) / (Q(f²) - f P(f²)) for |f| ≤ 1/2; Q starts with 1. */
const NUMERATOR = [0.023093347705734523, 20.20206566931653, 1513.906801156151];
const DENOMINATOR = [233.1842117223149, 4368.211668792106];

/** Below it, 2^x is not a normal double. */
export const LOWEST_EXPONENT = -1022;

/** Code for powers of two. */
export interface ExponentialCode {
  /** Loads the constants; once per function. */
  readonly prepare: Code;
  /** 2^x in both lanes, for x in [-1022, 1023]; whatever bits come out elsewhere, nothing traps. */
  apply(x: Code): Code;
}

/**
 * Code for 2^x of two doubles at a time: x = n + f, a rational function of f, and n added to the exponent.
 *
 * exp(b · x) is taken as 2^(x · (b · log₂e)): that is off by |b · x| · 2⁻⁵³, no more than the rounding of b · x itself.
 *
 * @param frame gets the constants and the intermediate values as locals
 *
 * Source: Moshier, Cephes library, exp2 (the coefficients, after Hart et al. 1968, "Computer Approximations").
 * Accuracy: below 1 ulp.
 */
export function exponentialCode(frame: Frame): ExponentialCode {
  const prepare: number[] = [];
  const constant = (value: number): Variable => {
    const local = frame.local("v128");
    prepare.push(...local.set(f64x2.splat(f64.constant(value))));
    return local;
  };
  const round = constant(ROUND);
  const one = constant(1);
  const two = constant(2);
  const [p2, p1, p0] = NUMERATOR.map(constant);
  const [q1, q0] = DENOMINATOR.map(constant);

  const rounded = frame.local("v128");
  const rest = frame.local("v128");
  const square = frame.local("v128");
  const odd = frame.local("v128");

  const inSquare = (highest: Code, ...lower: Variable[]): Code =>
    lower.reduce((sum, { get }) => f64x2.add(f64x2.multiply(sum, square.get), get), highest);
  const ofRest: Code = [
    ...square.set(f64x2.multiply(rest.get, rest.get)),
    ...odd.set(f64x2.multiply(rest.get, inSquare(p2.get, p1, p0))),
    ...f64x2.add(
      one.get,
      f64x2.multiply(
        two.get,
        f64x2.divide(odd.get, f64x2.subtract(inSquare(f64x2.add(square.get, q1.get), q0), odd.get)),
      ),
    ),
  ];
  return {
    prepare,
    apply: (x) => [
      ...rest.set(x),
      ...rounded.set(f64x2.add(rest.get, round.get)),
      ...rest.set(f64x2.subtract(rest.get, f64x2.subtract(rounded.get, round.get))),
      ...i64x2.add(ofRest, i64x2.shiftLeft(rounded.get, i32.constant(52))),
    ],
  };
}
