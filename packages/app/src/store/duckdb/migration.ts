/** One step of the schema; never changed once released, because databases remember its checksum. */
export interface Migration {
  /** 1 for the first, without gaps. */
  readonly number: number;
  readonly name: string;
  /** Statements without any user text. */
  readonly sql: string;
}
