/** The memory of a WebAssembly instance. */
export interface WebAssemblyMemory {
  /** Another object after the memory has grown. */
  readonly buffer: ArrayBuffer;
  /** @returns the number of pages before */
  grow(pages: number): number;
}

/** What is used of the global `WebAssembly`, for a module with these exports; core compiles without the browser's types. */
export interface WebAssemblyInterface<Exports> {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: object) => { readonly exports: Exports };
}
