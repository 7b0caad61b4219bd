/** Version of this package, recorded in what it makes. */
export const version = "0.1.0";
