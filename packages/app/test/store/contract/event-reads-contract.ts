import { cellReadsContract } from "./cell-reads-contract.ts";
import { exportRowsContract } from "./export-rows-contract.ts";
import { loadedHistory, type OpenEvents } from "./loaded-history.ts";
import { modelReadsContract } from "./model-reads-contract.ts";
import { predictionReadsContract } from "./prediction-reads-contract.ts";

/** What every engine of `EventStore` guarantees of its reads. */
export function eventReadsContract(open: OpenEvents): void {
  const loaded = loadedHistory(open);
  predictionReadsContract(loaded);
  cellReadsContract(loaded);
  modelReadsContract(loaded);
  exportRowsContract(loaded);
}
