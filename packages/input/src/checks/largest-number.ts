/** Logits and weights up to this size can be squared and added up without overflow, however many there are. */
export const largestNumber = 1e100;
