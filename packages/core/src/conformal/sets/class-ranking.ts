/** Whether class a comes before class b: more probable, or equally probable and of smaller index. */
function precedes(data: Float64Array, start: number, a: number, b: number): boolean {
  const pa = data[start + a];
  const pb = data[start + b];
  return pa > pb || (pa === pb && a < b);
}

function sink(heap: Int32Array, data: Float64Array, start: number, from: number, size: number): void {
  const moved = heap[from];
  let place = from;
  for (;;) {
    let child = 2 * place + 1;
    if (child >= size) break;
    if (child + 1 < size && precedes(data, start, heap[child + 1], heap[child])) child++;
    if (!precedes(data, start, heap[child], moved)) break;
    heap[place] = heap[child];
    place = child;
  }
  heap[place] = moved;
}

/**
 * Makes a heap of all classes of a row, likeliest first.
 *
 * @param heap one entry per class, overwritten
 * @param data row-major probabilities
 * @param start where the row starts
 */
export function heapClasses(heap: Int32Array, data: Float64Array, start: number): void {
  const size = heap.length;
  for (let k = 0; k < size; k++) heap[k] = k;
  for (let place = (size >> 1) - 1; place >= 0; place--) sink(heap, data, start, place, size);
}

/**
 * Takes the likeliest remaining class off a heap; classes that are equally likely leave it in the order of their indices.
 *
 * @param size classes in the heap, ≥ 1
 * @returns the class; the heap then has size − 1
 */
export function nextClass(heap: Int32Array, data: Float64Array, start: number, size: number): number {
  const top = heap[0];
  heap[0] = heap[size - 1];
  sink(heap, data, start, 0, size - 1);
  return top;
}
