import type { BinaryMap, LogisticMap } from "../binary-map.ts";
import type { LinearMap, MulticlassMap } from "../multiclass-map.ts";
import type { Definitions } from "./names.ts";

/** How a language defines what expressions refer to; the expressions themselves are the same in TypeScript and Python. */
export interface Language {
  /** Lines that define a list of constants. */
  constant(name: string, values: string): readonly string[];
  /** Lines that define a function of one number, `p`. */
  scalarFunction(name: string, expression: string): readonly string[];
  /** Lines that define a function of a row of logits, `z`. */
  rowFunction(name: string, expression: string): readonly string[];
  /** Names that lists of functions get. */
  functionList(name: string, functions: readonly string[]): readonly string[];
  /** Every helper that expressions call, with the helpers that it calls itself. */
  readonly helpers: Readonly<Record<string, { readonly lines: readonly string[]; readonly uses: readonly string[] }>>;
}

/** Digits that give the same float64 back. */
export function digits(value: number): string {
  return JSON.stringify(value);
}

function list(values: readonly number[]): string {
  return `[${values.map(digits).join(", ")}]`;
}

/** Writes maps as expressions, and defines what they need. */
export class ExpressionWriter {
  readonly #language: Language;
  readonly #definitions: Definitions;

  constructor(language: Language, definitions: Definitions) {
    this.#language = language;
    this.#definitions = definitions;
  }

  /** A call of a helper, which is defined before. */
  call(helper: string, ...values: readonly string[]): string {
    this.need(helper);
    return `${helper}(${values.join(", ")})`;
  }

  /** Defines a helper, and those it uses, where they are not yet. */
  need(helper: string): void {
    const { lines, uses } = this.#language.helpers[helper];
    uses.forEach((used) => {
      this.need(used);
    });
    this.#definitions.once(helper, lines);
  }

  /** The name of a function that maps a probability. */
  scalarFunction(map: BinaryMap): string {
    const expression = this.scalar(map, "p");
    const name = this.#definitions.name("map");
    this.#definitions.add(...this.#language.scalarFunction(name, expression));
    return name;
  }

  /** The name of a function that maps a row of logits. */
  rowFunction(map: MulticlassMap): string {
    const expression = this.row(map, "z");
    const name = this.#definitions.name("map");
    this.#definitions.add(...this.#language.rowFunction(name, expression));
    return name;
  }

  #constant(stem: string, values: string): string {
    const name = this.#definitions.name(stem);
    this.#definitions.add(...this.#language.constant(name, values));
    return name;
  }

  /** A map of the probability `p`, which is a name. */
  scalar(map: BinaryMap, p: string): string {
    switch (map.kind) {
      case "identity":
        return p;
      case "logistic":
        return this.call("logistic", map.terms.map((term) => this.#term(term, map.clip, p)).join(" + "));
      case "interpolated":
        return this.call("interpolate", p, this.#constant("X", list(map.x)), this.#constant("Y", list(map.y)));
      case "step": {
        const [at, between] = [this.#constant("AT", list(map.at)), this.#constant("BETWEEN", list(map.between))];
        return this.call("step", p, this.#constant("X", list(map.x)), at, between);
      }
      case "venn-abers":
        return this.call("merged", this.scalar(map.lower, p), this.scalar(map.upper, p));
      case "spline": {
        const pieces = this.#constant("PIECES", `[${map.pieces.map(list).join(", ")}]`);
        const knots = this.#constant("KNOTS", list(map.knots));
        return this.call("logistic", this.call("spline", this.call("logit", p, digits(map.clip)), knots, pieces));
      }
      case "blend":
        return this.call(
          "capped",
          map.parts.map(({ weight, map: part }) => `${digits(weight)} * ${this.scalar(part, p)}`).join(" + "),
        );
      case "chain":
        return map.maps.reduce((before, link) => `${this.scalarFunction(link)}(${before})`, p);
    }
  }

  #term({ feature, coefficient }: LogisticMap["terms"][number], clip: number, p: string): string {
    const c = digits(coefficient);
    switch (feature) {
      case "one":
        return c;
      case "score":
        return `${c} * ${p}`;
      case "logit":
        return `${c} * ${this.call("logit", p, digits(clip))}`;
      case "logit-squared":
        return `${c} * ${this.call("logit", p, digits(clip))} ** 2`;
      case "log":
        return `${c} * ${this.call("logp", p, digits(clip))}`;
      case "minus-log-complement":
        return `${c} * ${this.call("minuslogq", p, digits(clip))}`;
    }
  }

  /** A map of the row of logits `z`, which is a name. */
  row(map: MulticlassMap, z: string): string {
    switch (map.kind) {
      case "identity":
        return this.call("softmax", z);
      case "linear":
        return this.call("softmax", this.#linear(map, z));
      case "uniform":
        return this.call("uniform", z);
      case "blend": {
        const weights = list(map.parts.map(({ weight }) => weight));
        return this.call("mixture", weights, `[${map.parts.map((part) => this.row(part.map, z)).join(", ")}]`);
      }
      case "one-vs-rest":
        return this.call("oneversusrest", this.call("softmax", z), this.#functions(map.maps));
      case "top-label":
        return this.call("toplabel", this.call("softmax", z), this.#functions("kind" in map.map ? [map.map] : map.map));
      case "argmax-preserving":
        return this.call("ordered", this.row(map.map, z), z);
      case "chain":
        return map.maps.reduce((before, link, i) => {
          const name = this.rowFunction(link);
          return i === 0 ? `${name}(${before})` : `${name}(${this.call("logs", before)})`;
        }, z);
    }
  }

  #functions(maps: readonly BinaryMap[]): string {
    const functions = maps.map((map) => this.scalarFunction(map));
    const name = this.#definitions.name("MAPS");
    this.#definitions.add(...this.#language.functionList(name, functions));
    return name;
  }

  #linear({ scale, bias, prepare }: LinearMap, z: string): string {
    const g = prepare === null ? z : this.call("prepared", z, digits(prepare.beta), digits(prepare.mix));
    let scaled: string;
    if (typeof scale === "number") scaled = this.call("times", digits(scale), g);
    else {
      const rows = scale.map((entry) => (typeof entry === "number" ? digits(entry) : list(entry)));
      const isMatrix = typeof scale[0] !== "number";
      const name = this.#constant("SCALE", isMatrix ? `[\n  ${rows.join(",\n  ")},\n]` : `[${rows.join(", ")}]`);
      scaled = this.call(isMatrix ? "product" : "each", name, g);
    }
    return bias === null ? scaled : this.call("plus", scaled, this.#constant("BIAS", list(bias)));
  }
}
