/// <reference lib="dom" />
import { type Page, pageOf } from "@candor/pages";
import { parseHTML } from "linkedom";

/** An empty HTML page in memory. */
export function createPage(): Page {
  const { document } = parseHTML('<!doctype html><html lang="en"><head></head><body></body></html>');
  return pageOf(document);
}
