/** The sum of the `count` least; puts `values` into another order. */
export function sumOfLeast(values: Float64Array, count: number): number {
  moveLeast(values, count);
  let sum = 0;
  for (let at = 0; at < count; at++) sum += values[at] ?? Number.POSITIVE_INFINITY;
  return sum;
}

/** Moves the `count` least to the front, in any order: sorting thousands would cost ten times as much. */
export function moveLeast(values: Float64Array, count: number): void {
  let [low, high] = [0, values.length - 1];
  while (low < high) {
    const [left, right] = part(values, low, high);
    if (count <= right) high = right;
    else if (count > left) low = left;
    else return;
  }
}

/** Puts what is less than one of them before what is more; tells where the second half begins and the first ends. */
function part(values: Float64Array, low: number, high: number): readonly [left: number, right: number] {
  const pivot = values[(low + high) >> 1] ?? 0;
  let [left, right] = [low, high];
  while (left <= right) {
    while ((values[left] ?? pivot) < pivot) left++;
    while ((values[right] ?? pivot) > pivot) right--;
    if (left > right) break;
    const moved = values[left] ?? 0;
    values[left++] = values[right] ?? 0;
    values[right--] = moved;
  }
  return [left, right];
}
