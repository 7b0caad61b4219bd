/// <reference lib="dom" />

const PERCENTAGE = /([\d.,]*\d %[).,:;]*)/;

/**
 * Running text in which no line ends between a number and its per cent.
 *
 * @param document the one that it is for
 * @param text of a sentence
 */
export function unbroken(document: Document, text: string): Node[] {
  return text.split(PERCENTAGE).map((part, i) => {
    if (i % 2 === 0) return document.createTextNode(part);
    const whole = document.createElement("span");
    whole.setAttribute("class", "whole");
    whole.append(document.createTextNode(part));
    return whole;
  });
}
