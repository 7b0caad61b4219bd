/**
 * Takes away the names that Plot gives the groups of a picture, such as `rule`: the picture as a whole has a name, and groups
 * without a role may not have one (WAI-ARIA 1.2).
 */
export function withoutNames(element: SVGSVGElement): SVGSVGElement {
  for (const group of element.querySelectorAll("[aria-label]")) group.removeAttribute("aria-label");
  return element;
}
