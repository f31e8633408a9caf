import { badRequest } from "../errors.ts";

/** A request's query: names to values; of repeated names the first counts, lists are read with `all`. */
export interface Query {
  get(name: string): string | undefined;
  all(name: string): readonly string[];
  /** Only absent, "0" and "false" are false: clients write booleans in many ways. */
  flag(name: string): boolean;
  /** Like `flag`, undefined where the parameter is absent. */
  optionalFlag(name: string): boolean | undefined;
  /** A whole number; undefined where it is absent. Throws BadRequest where it is none. */
  number(name: string): number | undefined;
}

export function makeQuery(parameters: URLSearchParams): Query {
  // Read out once: a query is kept with its address, and asked for many names by each request.
  const values = new Map<string, string[]>();
  for (const [name, value] of parameters) {
    const known = values.get(name);
    if (known === undefined) values.set(name, [value]);
    else known.push(value);
  }
  const get = (name: string): string | undefined => values.get(name)?.[0];
  const optionalFlag = (name: string): boolean | undefined => {
    const value = get(name);
    return value === undefined ? undefined : value !== "0" && value.toLowerCase() !== "false";
  };
  return {
    get,
    all: (name) => values.get(name) ?? [],
    optionalFlag,
    flag: (name) => optionalFlag(name) ?? false,
    number(name) {
      const value = get(name);
      if (value === undefined || value === "") return undefined;
      if (/^[-+]?\d+$/.test(value) && Number.isSafeInteger(Number(value))) return Number(value);
      throw badRequest(`${name}: Invalid value: ${JSON.stringify(value)}: must be a whole number`);
    },
  };
}
