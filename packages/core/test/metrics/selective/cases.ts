/** Ten rows with ties. */
export const RC = {
  confidence: Float64Array.of(0.95, 0.9, 0.9, 0.8, 0.7, 0.7, 0.7, 0.6, 0.55, 0.5),
  correct: Uint8Array.of(1, 1, 0, 1, 1, 0, 1, 0, 1, 0),
};

const alternating01 = Uint8Array.from({ length: 100 }, (_, i) => i % 2);
const ascending = Float64Array.from({ length: 100 }, (_, i) => i / 99);
const plateaus = Float64Array.from({ length: 100 }, (_, i) => [0.2, 0.4, 0.6, 0.8][Math.floor(i / 25)]);

/** Cases of fd-shifts' own tests, 100 rows each. `excess` and `achievable` are left out where it states none. */
export const FD_SHIFTS: readonly {
  name: string;
  confidence: Float64Array;
  correct: Uint8Array | Float64Array;
  aurc: number;
  excess: number;
  achievable: number;
  augrc: number;
}[] = [
  {
    name: "equal / 01",
    confidence: new Float64Array(100).fill(0.37),
    correct: alternating01,
    aurc: 0.5,
    excess: 0.3465735902799724,
    achievable: 0.5,
    augrc: 0.25,
  },
  {
    name: "01 / 01",
    confidence: Float64Array.from(alternating01),
    correct: alternating01,
    aurc: 0.125,
    excess: -0.02842640972002758,
    achievable: 0.15342640972002733,
    augrc: 0.125,
  },
  {
    name: "10 / 01",
    confidence: Float64Array.from(alternating01, (v) => 1 - v),
    correct: alternating01,
    aurc: 0.875,
    excess: 0.7215735902799725,
    achievable: 0.5,
    augrc: 0.375,
  },
  {
    name: "ascending / 01",
    confidence: ascending,
    correct: alternating01,
    aurc: 0.48281112575762547,
    excess: 0.3293847160375979,
    achievable: 0.4719992328225763,
    augrc: 0.2475,
  },
  {
    name: "ascending / ascending",
    confidence: ascending,
    correct: ascending,
    aurc: 0.24750000000000133,
    excess: 0,
    achievable: 0.24753863826243439,
    augrc: 0.16583333333333353,
  },
  {
    name: "ascending / plateaus",
    confidence: ascending,
    correct: plateaus,
    aurc: 0.3182085320116945,
    excess: 0,
    achievable: 0.31821825302024953,
    augrc: 0.1875,
  },
  {
    name: "plateaus / 01",
    confidence: plateaus,
    correct: alternating01,
    aurc: 0.49083333333333334,
    excess: 0.33740692361330576,
    achievable: 0.4887532971076239,
    augrc: 0.2475,
  },
  {
    name: "plateaus / ascending",
    confidence: plateaus,
    correct: ascending,
    aurc: 0.2632575757575754,
    excess: 0.015757575757574083,
    achievable: 0.27047759219727724,
    augrc: 0.17108585858585845,
  },
  {
    name: "01 / plateaus",
    confidence: Float64Array.from(alternating01),
    correct: plateaus,
    aurc: 0.49699999999999944,
    excess: 0.17879146798830492,
    achievable: 0.4972274112777597,
    augrc: 0.24899999999999978,
  },
];

/** Binary probabilities and outcomes as confidence and correctness of the likelier class; ½ counts as class 0. */
export function fromBinary(
  probabilities: readonly number[],
  outcomes: readonly number[],
): { confidence: Float64Array; correct: Uint8Array } {
  return {
    confidence: Float64Array.from(probabilities, (p) => Math.max(p, 1 - p)),
    correct: Uint8Array.from(probabilities, (p, i) => ((p > 0.5 ? 1 : 0) === outcomes[i] ? 1 : 0)),
  };
}
