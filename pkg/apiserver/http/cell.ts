import type { ApiObject } from "../backend.ts";

/** What a column shows of an object. `now`: milliseconds since 1970; ages are counted from it. */
export type Cell = (object: ApiObject, now: number) => string;
