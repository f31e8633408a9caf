/** What unpacking archives of others takes, wherever it is done. */
export { isMatched, matchesPath, type Pattern, parsePattern, stepInto } from "./glob.ts";
export { leadsInside } from "./leads-inside.ts";
