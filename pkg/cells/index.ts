/** What tables of objects show: the columns that a kind's schema names, and what no path can give. Pure. */
export { age } from "./age.ts";
export { type Cell, cellText, columnsOf, countOf, type ShownObject } from "./cell.ts";
export { computedCell, countedFields } from "./computed-cells.ts";
