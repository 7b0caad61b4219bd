import { isObject } from "../json.ts";
import type { Confidence } from "./confidence.ts";

/**
 * The confidence that a wrapper added to an answer; null where there is none, which never means certainty. Understood are
 * completions, their chunks and choices, Responses and their last event, results and `finish` parts of the AI SDK, and messages
 * of LangChain.js.
 */
export function confidenceIn(answer: unknown): Confidence | null {
  if (!isObject(answer)) return null;
  const { response, providerMetadata, response_metadata: metadata } = answer;
  const places = [answer, response, isObject(providerMetadata) ? providerMetadata["candor"] : null, metadata];
  for (const place of places) {
    const found = isObject(place) ? place["confidence"] : null;
    if (isConfidence(found)) return found;
  }
  return null;
}

function isConfidence(value: unknown): value is Confidence {
  return isObject(value) && "probability" in value && "evidence" in value;
}
