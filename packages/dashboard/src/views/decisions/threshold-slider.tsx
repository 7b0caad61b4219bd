import type { Thresholds } from "@candor/core";
import type { ThresholdFrame } from "@candor/plots";
import type { TargetedPointerEvent, VNode } from "preact";
import { useRef } from "preact/hooks";
import { type ThresholdScale, thresholdWords } from "./threshold-state.ts";

/** Stops that Page Up and Page Down go. */
const page = 12;

/**
 * A threshold that is moved by pointer and by keyboard: arrows go to the next stop, Page Up and Page Down a twentieth, Home and
 * End to the ends. Beyond the last stop the threshold to act is "never"; so is the first one of the threshold to abstain.
 */
export function ThresholdSlider(props: {
  readonly name: keyof Thresholds;
  readonly value: number | null;
  readonly scale: ThresholdScale;
  readonly frame: ThresholdFrame;
  /** What it leads to, in words, for who cannot see it. */
  readonly effect: string;
  readonly onMove: (value: number | null, isDone: boolean) => void;
}): VNode {
  const { name, value, scale, frame, effect, onMove } = props;
  const { stops } = scale;
  const isAct = name === "act";
  const last = isAct ? stops.length : stops.length - 1;
  const valueAt = (index: number): number | null => {
    if (isAct) return index >= stops.length ? null : (stops[Math.max(0, index)] ?? null);
    return index <= 0 ? null : (stops[Math.min(stops.length - 1, index)] ?? null);
  };
  const indexOf = (score: number | null): number => {
    if (score === null) return isAct ? stops.length : 0;
    const found = stops.findIndex((stop) => stop >= score);
    return found < 0 ? stops.length - 1 : found;
  };
  const index = indexOf(value);
  const at = isAct && value === null ? frame.right + 8 : frame.positionOf(value ?? frame.from);
  const grabbed = useRef<{ readonly pointer: number; readonly offset: number } | null>(null);
  const valueUnder = (position: number): number | null => {
    if (isAct && position > frame.right + 4) return null;
    const score = frame.scoreOf(position);
    const above = indexOf(score);
    const below = Math.max(0, above - 1);
    const [low = score, high = score] = [stops[below], stops[Math.min(above, stops.length - 1)]];
    return valueAt(score - low < high - score ? below : Math.min(above, stops.length - 1));
  };
  const down = (event: TargetedPointerEvent<HTMLDivElement>): void => {
    const box = event.currentTarget.parentElement?.getBoundingClientRect();
    if (box === undefined || event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    event.currentTarget.focus();
    event.preventDefault();
    grabbed.current = { pointer: event.pointerId, offset: event.clientX - box.left - at };
  };
  const move = (event: TargetedPointerEvent<HTMLDivElement>): void => {
    const box = event.currentTarget.parentElement?.getBoundingClientRect();
    const { current } = grabbed;
    if (box === undefined || current === null || current.pointer !== event.pointerId) return;
    onMove(valueUnder(event.clientX - box.left - current.offset), false);
  };
  const up = (event: TargetedPointerEvent<HTMLDivElement>): void => {
    if (grabbed.current?.pointer !== event.pointerId) return;
    grabbed.current = null;
    onMove(value, true);
  };
  const key = (event: KeyboardEvent): void => {
    const steps: Readonly<Record<string, number>> = {
      ArrowRight: 1,
      ArrowUp: 1,
      ArrowLeft: -1,
      ArrowDown: -1,
      PageUp: page,
      PageDown: -page,
      Home: -Infinity,
      End: Infinity,
    };
    const step = steps[event.key];
    if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    onMove(valueAt(Math.min(last, Math.max(0, index + step))), true);
  };
  return (
    <div
      class={`threshold ${name}`}
      role="slider"
      tabIndex={0}
      aria-label={isAct ? "Act from" : "Abstain below"}
      aria-orientation="horizontal"
      aria-valuemin={0}
      aria-valuemax={last}
      aria-valuenow={index}
      aria-valuetext={`${thresholdWords(name, value)}: ${effect}`}
      style={{ transform: `translateX(${at}px)` }}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerCancel={up}
      onKeyDown={key}
    >
      <span class="line" aria-hidden="true" />
      <span class="grip" aria-hidden="true">
        {isAct ? "act ▸" : "◂ abstain"}
      </span>
    </div>
  );
}
