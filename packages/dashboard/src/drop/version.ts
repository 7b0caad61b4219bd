declare const CANDOR_VERSION: string;

/** Of Candor; put in by the build. */
export const version: string = CANDOR_VERSION;
