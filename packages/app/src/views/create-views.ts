import { Worker } from "node:worker_threads";
import { StoreBusy, StoreError } from "../store/errors.ts";
import { joinSeries, splitSeries } from "./split-series.ts";
import type { ViewRequest, ViewResults } from "./view-functions.ts";
import { bytesOf, replyTo, type ViewReply } from "./view-reply.ts";

/** Makes views without holding up the process that asks. */
export interface Views {
  /**
   * The view as its JSON says: numbers that are not finite are null.
   *
   * @param request its tables are handed over: their arrays are empty afterwards
   * @throws {InputError} as the view does
   * @throws {StoreBusy} where too many wait already
   */
  run<Request extends ViewRequest>(request: Request): Promise<ViewResults[Request["view"]]>;
  /** The same as JSON in UTF-8, ready to be sent: it was written in the worker, and copying it takes no time. */
  json(request: ViewRequest): Promise<Uint8Array<ArrayBuffer>>;
  /** Ends the workers; what they are at is refused with `closed`. */
  close(): Promise<void>;
}

/** Options of `createViews`. */
export interface ViewsOptions {
  /** Most workers; each starts when there is work for it. Long series are divided among them. Default 2. */
  readonly workers?: number;
  /** Starts the first worker at once, which takes it some tenths of a second. Default false. */
  readonly warm?: boolean;
  /** Series, fleets and segments of tables with fewer rows, and short answers, are made here: it takes a few milliseconds. Default 2000. */
  readonly smallRows?: number;
  /** Most requests that may wait. Default 256. */
  readonly waiting?: number;
  /** Makes views in this process, which can do nothing else meanwhile: for scripts and tests. Default false. */
  readonly inProcess?: boolean;
}

/** A pool of workers that make views. Workers keep the process alive only while they are at something. */
export function createViews(options: ViewsOptions = {}): Views {
  const { workers = 2, waiting = 256, inProcess = false, warm = false, smallRows = 2000 } = options;
  const pool = inProcess ? undefined : new Pool(workers, waiting);
  if (warm) pool?.warm();
  const json = async (request: ViewRequest): Promise<Uint8Array<ArrayBuffer>> => {
    if (!pool || rowsOf(request) < smallRows) return bytesOf(replyTo(request));
    if (request.view !== "series") return bytesOf(await pool.ask(request));
    const parts = splitSeries(request.input, workers);
    const replies = await Promise.all(parts.map((input) => pool.ask({ view: "series", input })));
    return joinSeries(replies.map(bytesOf));
  };
  return {
    json,
    run: async (request) => JSON.parse(new TextDecoder().decode(await json(request))),
    close: async () => pool?.close(),
  };
}

/** Letters of a response that take as long as a row of a table. */
const lettersOfARow = 16;

/** Rows of the tables of a view whose time they decide; views that resample count as long whatever they are of. */
function rowsOf({ view, input }: ViewRequest): number {
  if (view === "series") return input.table.rows;
  if (view === "fleet") return input.totals.rows + input.days.rows;
  if (view === "answer") return input.json.length / lettersOfARow;
  if (view === "segments") return input.tables.reduce((sum, { rows }) => sum + rows, 0);
  return Infinity;
}

interface Task {
  readonly request: ViewRequest;
  readonly resolve: (reply: ViewReply) => void;
  readonly reject: (error: Error) => void;
}

/** Where the compiled worker is; from sources, which a worker cannot run on every version of Node, the built one. */
const workerFile = new URL(
  import.meta.url.endsWith(".ts") ? "../../dist/views/worker.js" : "./worker.js",
  import.meta.url,
);

class Pool {
  readonly #most: number;
  readonly #waiting: number;
  readonly #queue: Task[] = [];
  readonly #idle: Worker[] = [];
  readonly #busy = new Map<Worker, Task>();
  #closed = false;

  constructor(most: number, waiting: number) {
    this.#most = Math.max(1, most);
    this.#waiting = waiting;
  }

  /** Starts a worker where there is none. */
  warm(): void {
    if (this.#idle.length + this.#busy.size === 0) this.#start();
  }

  ask(request: ViewRequest): Promise<ViewReply> {
    if (this.#closed) return Promise.reject(closed());
    if (this.#queue.length >= this.#waiting)
      return Promise.reject(new StoreBusy(`${this.#waiting} views wait already`, 1));
    return new Promise((resolve, reject) => {
      this.#queue.push({ request, resolve, reject });
      this.#next();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    const workers = [...this.#idle.splice(0), ...this.#busy.keys()];
    for (const { reject } of [...this.#queue.splice(0), ...this.#busy.values()]) reject(closed());
    this.#busy.clear();
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  #next(): void {
    while (this.#queue.length > 0) {
      if (this.#idle.length === 0 && this.#busy.size < this.#most) this.#start();
      const worker = this.#idle.pop();
      const task = worker && this.#queue.shift();
      if (!worker || !task) return;
      worker.ref();
      this.#busy.set(worker, task);
      try {
        worker.postMessage(task.request, buffersOf(task.request.input));
      } catch (error) {
        this.#free(worker);
        task.reject(error instanceof Error ? error : new Error(String(error)));
      }
    }
  }

  #start(): void {
    const worker = new Worker(workerFile);
    worker.unref();
    worker.on("message", (reply: ViewReply) => {
      const task = this.#busy.get(worker);
      this.#free(worker);
      task?.resolve(reply);
      this.#next();
    });
    const gone = (why: string): void => {
      const task = this.#busy.get(worker);
      this.#busy.delete(worker);
      const at = this.#idle.indexOf(worker);
      if (at >= 0) this.#idle.splice(at, 1);
      task?.reject(new Error(`the worker that makes views ended: ${why}`));
      if (!this.#closed && task) this.#next();
    };
    worker.on("error", (error) => gone(error.message));
    worker.on("exit", (code) => gone(`exit code ${code}`));
    this.#idle.push(worker);
  }

  #free(worker: Worker): void {
    if (!this.#busy.delete(worker)) return;
    worker.unref();
    this.#idle.push(worker);
  }
}

function closed(): StoreError {
  return new StoreError("closed", "views are no longer made: the server is closing");
}

/** The buffers of all typed arrays in a value that fill their buffer, each once: they are moved instead of copied. */
function buffersOf(value: unknown, found: Set<ArrayBuffer> = new Set()): ArrayBuffer[] {
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer && value.byteLength === value.buffer.byteLength) found.add(value.buffer);
  } else if (typeof value === "object" && value !== null)
    for (const part of Object.values(value)) buffersOf(part, found);
  return [...found];
}
