import { createServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { getRequestListener } from "@hono/node-server";
import type { App } from "./server-app.ts";

/** Where a server listens. */
export interface ListenOptions {
  /** Name or address of this machine; `127.0.0.1` is reached from this machine alone. */
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Certificate and key, in PEM; null: plain HTTP. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
}

/** A server that takes requests. */
export interface Listening {
  /** How it is reached from this machine. */
  readonly url: string;
  readonly port: number;
  /** Takes no new connection and resolves when the requests under way are answered. */
  close(): Promise<void>;
}

/** Addresses that mean every address of the machine. */
const everywhere: ReadonlySet<string> = new Set(["0.0.0.0", "::", ""]);

/**
 * Serves an application on a port.
 *
 * @throws {Error} of the system, with its `code`: `EADDRINUSE`, `EACCES`, `EADDRNOTAVAIL`, `ENOTFOUND`
 */
export async function listen(app: App, { host, port, tls }: ListenOptions): Promise<Listening> {
  const answer = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const listener = (...args: Parameters<typeof answer>): void => void answer(...args);
  const server: Server = tls === null ? createServer(listener) : createTlsServer(tls, listener);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const address = server.address();
  const taken = typeof address === "object" && address !== null ? address.port : port;
  const name = everywhere.has(host) ? "127.0.0.1" : host.includes(":") ? `[${host}]` : host;
  return {
    url: `${tls === null ? "http" : "https"}://${name}:${taken}`,
    port: taken,
    close: () =>
      new Promise((resolve) => {
        const idle = setInterval(() => server.closeIdleConnections(), 50);
        server.close(() => {
          clearInterval(idle);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}
