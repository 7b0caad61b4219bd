/** One row of boxes as it is written; NaN and null where nothing is. */
export interface BoxRow {
  /** Where it is, for a message. */
  readonly place: string;
  readonly image: string | null;
  readonly category: string | null;
  readonly score: number;
  readonly corners: readonly [number, number, number, number];
  readonly area: number;
  readonly crowd: number;
  readonly ignore: number;
  readonly imageWidth: number;
  readonly imageHeight: number;
  /** Only in COCO JSON. */
  readonly id: string | null;
}

/** An image or a class that a file lists. */
export interface ListedRow {
  readonly list: "images" | "categories";
  readonly id: string;
  readonly name: string;
  readonly width: number;
  readonly height: number;
}

/** What a reader hands over. */
export interface BoxReceiver {
  readonly box: (row: BoxRow) => void;
  readonly listed: (row: ListedRow) => void;
}

/** What a file of boxes has to have. */
export type BoxPurpose = "detections" | "ground truth" | "images";
