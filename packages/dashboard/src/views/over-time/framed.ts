import { timeFrame } from "@candor/plots";
import type { DrawOptions } from "../../parts/picture.tsx";

/** The time that all pictures of the page show. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/**
 * A picture over time with a line at the stretch that is looked at; a click looks at another.
 *
 * @param draw makes the picture
 * @param pick is told the time that was clicked on
 */
export function framed(
  draw: (options: DrawOptions) => Element,
  { from, to }: Window,
  pick: (time: number) => void,
): (options: DrawOptions) => Element {
  return (options) => {
    const { document, width } = options;
    const frame = timeFrame(width, { from, to });
    const place = document.createElement("div");
    place.className = "over-time-plot";
    place.style.setProperty("--frame-left", String(frame.left / width));
    place.style.setProperty("--frame-span", String((frame.right - frame.left) / width));
    place.append(draw(options));
    place.addEventListener("click", ({ clientX }) => {
      const { left, width: shown } = place.getBoundingClientRect();
      const time = frame.timeOf(((clientX - left) / shown) * width);
      if (time >= from && time < to) pick(time);
    });
    return place;
  };
}
