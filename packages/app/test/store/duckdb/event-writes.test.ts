import { describe } from "vitest";
import { eventWritesContract } from "../contract/event-writes-contract.ts";
import { openIn } from "./open-in.ts";

describe("writes on DuckDB", () => {
  eventWritesContract(openIn);
});
