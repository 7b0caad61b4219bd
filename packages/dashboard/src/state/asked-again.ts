import { type Signal, signal } from "@preact/signals";

/** How often all questions of the page were asked again. */
export const askedAgain: Signal<number> = signal(0);

/** Asks all questions of the page again: something changed that all answers rest on. */
export function askAgain(): void {
  askedAgain.value++;
}
