const units = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
] as const;

/** "42s", "5m", "3h20m", "12d": as kubectl prints ages, one unit or two. */
export function ageText(ms: number): string {
  const left = Math.max(0, ms);
  const at = units.findIndex(([, size]) => left >= size);
  const [unit, size] = units[at] ?? units[3];
  const count = Math.floor(left / size);
  const next = units[at + 1];
  if (at < 0 || next === undefined || count >= 10) return `${count}${unit}`;
  const rest = Math.floor((left % size) / next[1]);
  return rest === 0 ? `${count}${unit}` : `${count}${unit}${rest}${next[0]}`;
}
