import { createServer as createPlainServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import type { App } from "./server-app.ts";

/** How a server listens. */
export interface ListenOptions {
  /** 0: any that is free. */
  readonly port: number;
  /** Address to bind to. Default 127.0.0.1: nobody but this machine. */
  readonly hostname?: string;
  /** Certificate and key in PEM; without it the server speaks plain HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** For all headers of a request to come, in ms; who sends them byte by byte is cut off. Default 10 000. */
  readonly headersTimeoutMs?: number;
  /** For a whole request to come, in ms. Default 60 000. */
  readonly requestTimeoutMs?: number;
  /** That an idle connection stays open, in ms. Default 15 000. */
  readonly keepAliveTimeoutMs?: number;
  /** That running requests may take when the server closes, in ms. Default 10 000. */
  readonly graceMs?: number;
}

/** A server that listens. */
export interface Listening {
  /** `http://127.0.0.1:8123` */
  readonly url: string;
  readonly port: number;
  /** Accepts nothing more and resolves when the running requests are answered, or their time is over. */
  close(): Promise<void>;
}

const maxHeaderBytes = 16 * 1024;

/** Serves an application on a port. @throws {Error} of Node, such as `EADDRINUSE` */
export async function listen(app: App, options: ListenOptions): Promise<Listening> {
  const { port, hostname = "127.0.0.1", tls, graceMs = 10_000 } = options;
  const headersTimeout = options.headersTimeoutMs ?? 10_000;
  const shared = {
    headersTimeout,
    requestTimeout: options.requestTimeoutMs ?? 60_000,
    keepAliveTimeout: options.keepAliveTimeoutMs ?? 15_000,
    connectionsCheckingInterval: Math.min(1000, Math.max(50, headersTimeout / 4)),
    maxHeaderSize: maxHeaderBytes,
  };
  const server =
    tls === undefined
      ? createAdaptorServer({ fetch: app.fetch, createServer: createPlainServer, serverOptions: shared })
      : createAdaptorServer({ fetch: app.fetch, createServer: createTlsServer, serverOptions: { ...shared, ...tls } });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, hostname, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const address = server.address();
  const actualPort = isAddressInfo(address) ? address.port : port;
  const name = hostname.includes(":") ? `[${hostname}]` : hostname;
  return {
    url: `${tls === undefined ? "http" : "https"}://${name}:${actualPort}`,
    port: actualPort,
    close: () =>
      new Promise<void>((resolve) => {
        const idle = () => ("closeIdleConnections" in server ? server.closeIdleConnections() : undefined);
        const tick = setInterval(idle, 50);
        const end = setTimeout(() => {
          if ("closeAllConnections" in server) server.closeAllConnections();
        }, graceMs);
        server.close(() => {
          clearInterval(tick);
          clearTimeout(end);
          resolve();
        });
        idle();
      }),
  };
}

function isAddressInfo(address: string | AddressInfo | null): address is AddressInfo {
  return typeof address === "object" && address !== null;
}
