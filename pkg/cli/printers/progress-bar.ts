/** "[=========>          ]  47%  18.1 MiB / 38.0 MiB" */
export function progressBar(done: number, total: number, width: number): string {
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const filled = Math.round(share * width);
  const bar = `${"=".repeat(filled)}${filled < width ? ">" : ""}`.slice(0, width).padEnd(width);
  return `[${bar}] ${String(Math.floor(share * 100)).padStart(3)}%  ${byteText(done)} / ${byteText(total)}`;
}

const units = ["B", "KiB", "MiB", "GiB", "TiB"];

export function byteText(bytes: number): string {
  let amount = bytes;
  let unit = 0;
  while (amount >= 1024 && unit < units.length - 1) {
    amount /= 1024;
    unit++;
  }
  return `${unit === 0 ? amount : amount.toFixed(1)} ${units[unit]}`;
}
