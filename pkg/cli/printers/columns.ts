/** Between two columns, as kubectl leaves it. */
const gap = 3;

/** Lines up cells in columns; `widths` are the least that each column takes, and are raised in place where a cell is longer. */
export function alignColumns(rows: readonly (readonly string[])[], widths: number[] = []): string {
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  }
  return rows.map((row) => `${alignRow(row, widths)}\n`).join("");
}

function alignRow(row: readonly string[], widths: readonly number[]): string {
  return row
    .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd((widths[column] ?? 0) + gap)))
    .join("")
    .trimEnd();
}
