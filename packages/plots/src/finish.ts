const GEOMETRY = ["d", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "width", "height", "dx", "dy", "transform"];
const LONG_NUMBER = /-?\d*\.\d{3,}(?:e[+-]?\d+)?|-?\d+(?:\.\d+)?e[+-]?\d+/gi;

function shorten(text: string): string {
  return text.replace(LONG_NUMBER, (number) => {
    const rounded = Math.round(Number(number) * 100) / 100;
    return String(rounded === 0 ? 0 : rounded);
  });
}

function isSvg(element: Element): element is SVGSVGElement {
  return element.localName === "svg";
}

/**
 * The picture that Plot drew, made ready for a page: geometry with at most two decimals, the page's own font, one
 * label for assistive technology and nothing else to read, no identifier that could clash with another picture, and no style of its own, which
 * the policy of a page would refuse.
 *
 * @param plotted what `Plot.plot` returned, without legend, title or caption
 * @param label what the picture shows, in words
 * @param fontSize of text that sets none, in pixels at scale 1
 * @throws {TypeError} when Plot wrapped the picture in a figure
 */
export function finish(plotted: Element, label: string, fontSize = 12): SVGSVGElement {
  if (!isSvg(plotted)) throw new TypeError(`expected an svg element, got ${plotted.localName}`);
  for (const element of plotted.querySelectorAll("*"))
    for (const name of GEOMETRY) {
      const value = element.getAttribute(name);
      if (value !== null) element.setAttribute(name, shorten(value));
    }
  plotted.querySelector("style")?.remove();
  for (const child of plotted.children) child.setAttribute("aria-hidden", "true");
  plotted.setAttribute("class", "candor-plot");
  plotted.setAttribute("font-family", "inherit");
  plotted.setAttribute("font-size", String(fontSize));
  plotted.setAttribute("role", "img");
  plotted.setAttribute("aria-label", label);
  return plotted;
}
