const idBytes = 9;
const idsAtOnce = 512;

/**
 * Ids of requests: 12 characters, no two alike. Random bytes are asked for in larger pieces, because one call of the system
 * per request would be felt.
 */
export function requestIds(random: (count: number) => Uint8Array): () => string {
  let pool = Buffer.alloc(0);
  let at = 0;
  return () => {
    if (at === pool.length) {
      pool = Buffer.from(random(idBytes * idsAtOnce));
      at = 0;
    }
    at += idBytes;
    return pool.toString("base64url", at - idBytes, at);
  };
}
