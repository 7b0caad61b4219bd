import { reliabilityBinned, reliabilityCorp, reliabilitySmooth } from "@candor/plots";
import type { RefObject, VNode } from "preact";
import { useCallback, useEffect, useRef } from "preact/hooks";
import type { Reliability, ReliabilityBin } from "../../api/api-types.ts";
import { Choice } from "../../parts/choice.tsx";
import { type DrawOptions, Picture } from "../../parts/picture.tsx";
import { useUrl } from "../../state/url-state.ts";
import { indexOfBin, markBin, wireBins } from "./bin-links.ts";
import type { CalibrationState, ConfidenceRange, Form } from "./calibration-state.ts";
import { outcomeWords } from "./words.ts";

const draw = { binned: reliabilityBinned, smooth: reliabilitySmooth, corp: reliabilityCorp } as const;

function findingOf(form: Form, inText: string): string {
  if (form === "smooth")
    return `The line is how often predictions were ${inText}, by what they stated; the band is how sure that is at each point. On the diagonal, confidence can be taken at its word.`;
  if (form === "corp")
    return `The line is the best fit that never falls. If all confidences were right, it would stay within the grey band around the diagonal.`;
  return `Each point is a bin: how often its predictions were ${inText}, with the interval. The shaded gap to the diagonal is the error. Choose a bin to see its predictions.`;
}

/** The reliability diagram in three forms, its bins as links to their examples, and its numbers. */
export function Diagram(props: {
  readonly data: Reliability;
  readonly state: CalibrationState;
  /** Must stay the same while the addresses do. */
  readonly linkOf: (bin: ConfidenceRange) => string;
  /** Set to the picture that is there. */
  readonly picture: RefObject<Element | null>;
  readonly onChoose: (bin: ConfidenceRange, byKeyboard: boolean) => void;
}): VNode {
  const { data, state, linkOf, picture, onChoose } = props;
  const { form, bin } = state;
  const url = useUrl();
  const chosen = indexOfBin(data.bins, bin);
  const latest = useRef({ chosen, onChoose });
  latest.current = { chosen, onChoose };
  const drawn = useCallback(
    (options: DrawOptions): Element => {
      const label = `Reliability, ${data.bins.length} bins: each is a link to its predictions`;
      const bins = data.bins.map((one) => ({ ...one, lower: one.from, upper: one.to }));
      const svg = draw[form](
        { ...data, bins },
        { ...options, label, strip: false, binLink: (one: ReliabilityBin) => linkOf(one) },
      );
      wireBins(svg, (index, byKeyboard) => {
        const one = data.bins[index];
        if (one !== undefined) latest.current.onChoose(one, byKeyboard);
      });
      markBin(svg, latest.current.chosen);
      picture.current = svg;
      return svg;
    },
    [data, form, linkOf, picture],
  );
  useEffect(() => {
    if (picture.current !== null) markBin(picture.current, chosen);
  }, [chosen, picture]);
  return (
    <Picture title="Reliability" finding={findingOf(form, outcomeWords(data.axis).inText)} draw={drawn} most={600}>
      <Choice
        label="Drawn"
        value={form}
        options={[
          { value: "binned", name: "In bins" },
          { value: "smooth", name: "Smooth" },
          { value: "corp", name: "CORP" },
        ]}
        onChange={(to) => url.set({ form: to === "binned" ? null : to })}
      />
    </Picture>
  );
}
