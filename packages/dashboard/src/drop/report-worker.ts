import { InputError } from "@candor/core";
import { BadInput } from "@candor/input";
import { makeReport } from "./make-report.ts";
import type { News, Wish } from "./messages.ts";

const tell = (news: News): void => postMessage(news);

async function answer(wish: Wish): Promise<void> {
  const begun = performance.now();
  try {
    const report = await makeReport(wish, {
      onFields: (fields) => tell({ kind: "fields", fields }),
      onProgress: (fraction, rows) => tell({ kind: "reading", fraction, rows }),
      onComputing: (rows) => tell({ kind: "computing", rows }),
    });
    tell({ kind: "done", report, seconds: (performance.now() - begun) / 1000 });
  } catch (error) {
    const isExpected = BadInput.is(error) || InputError.is(error);
    tell({ kind: "failed", message: error instanceof Error ? error.message : String(error), isExpected });
  }
}

addEventListener("message", ({ data }: MessageEvent<Wish>) => void answer(data));
