/** What unpacking archives of others takes, wherever it is done. */
export { leadsInside } from "./leads-inside.ts";
