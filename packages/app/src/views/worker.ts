import { parentPort } from "node:worker_threads";
import type { ViewRequest } from "./view-functions.ts";
import { replyTo } from "./view-reply.ts";

const port = parentPort;
if (port === null) throw new Error("this module is started as a worker by createViews");

port.on("message", (request: ViewRequest) => {
  const reply = replyTo(request);
  port.postMessage(reply, reply.kind === "json" ? [reply.bytes.buffer] : []);
});
