/** Where and how large to draw. */
export interface PlotOptions {
  /** Makes the elements: the page's own `document` in a browser, one of linkedom in Node. */
  readonly document: Document;
  /** Pixels at scale 1; the picture shrinks with its container. Default 400 for squares, 420 for others, 180 for each small multiple. */
  readonly width?: number;
  /** Default: what the picture needs. */
  readonly height?: number;
  /** What the picture shows, in words, for readers who cannot see it. Default: its title. */
  readonly label?: string;
}
