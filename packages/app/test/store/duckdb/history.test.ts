import { describe } from "vitest";
import { historyContract } from "../contract/history-contract.ts";
import { openIn } from "./open-in.ts";

describe("histories on DuckDB", () => {
  historyContract(openIn);
});
