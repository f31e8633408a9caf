/** Whether an ordinal is in a list such as "0-2,5"; absent: all are. */
export function hasOrdinal(list: string | undefined, ordinal: number): boolean {
  if (list === undefined) return true;
  return list.split(",").some((range) => {
    const [first, last = first] = range.split("-").map(Number);
    return first !== undefined && last !== undefined && first <= ordinal && ordinal <= last;
  });
}
