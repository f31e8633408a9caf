/** One line of the script: a command as a user types it, and what must come of it. */
export interface Row {
  /** Run by `sh` in a directory that holds the folder's files; `kubectl` is the version under test. */
  readonly run: string;
  /** What it prints, on stdout and then stderr. */
  readonly prints: RegExp;
  /** Exit code; 0 where it is left out. */
  readonly code?: number;
  /** What the API has afterwards, read without kubectl. */
  readonly reads?: Reading | readonly Reading[];
  /** Versions for which it ends in another way. */
  readonly but?: readonly Exception[];
  /** The command goes on by itself, and is ended when it has printed what it must. */
  readonly follows?: Following;
  /** The command is repeated until it prints what it must: what it shows comes in a moment. */
  readonly comes?: boolean;
}

export interface Exception {
  /** Minor versions, both inclusive; without a bound where one is left out. */
  readonly from?: number;
  readonly upTo?: number;
  /** Why, for the reader of the table. */
  readonly why: string;
  readonly prints: RegExp;
  readonly code?: number;
  readonly reads?: Reading | readonly Reading[];
}

export interface Following {
  /** When this is printed, `meanwhile` is run. Its first group is $1 there. */
  readonly from?: RegExp;
  readonly meanwhile?: string;
}

/** An object or a list by its address; `gone` where there must be none. */
export interface Reading {
  readonly path: string;
  readonly has: Readonly<Record<string, Expected>> | "gone";
}

/** A value of JSON, a pattern of a text, or undefined where the field must not be there. */
export type Expected = string | number | boolean | null | RegExp | undefined | readonly Expected[];

export interface Section {
  readonly title: string;
  /** A sentence or two that stand above the section's table. */
  readonly about?: string;
  /** What is read back after rows that name nothing of their own. */
  readonly reads?: Reading;
  readonly rows: readonly Row[];
}

/** What a row must do with kubectl 1.`minor`. */
export function expectationOf(row: Row, minor: number): Row | Exception {
  const exception = row.but?.find(({ from = 0, upTo = Number.POSITIVE_INFINITY }) => minor >= from && minor <= upTo);
  return exception ?? row;
}

/** A reading of one of Plush's kinds, in the namespace `default` where there is no other: `plush("applications/web", …)`. */
export function plush(resource: string, has: Reading["has"]): Reading {
  return { path: `/apis/plush.dev/v1/namespaces/default/${resource}`, has };
}

/** Of one of Plush's kinds that live in no namespace. */
export function cluster(resource: string, has: Reading["has"]): Reading {
  return { path: `/apis/plush.dev/v1/${resource}`, has };
}

/** Of the core group, in the namespace `default`. */
export function core(resource: string, has: Reading["has"]): Reading {
  return { path: `/api/v1/namespaces/default/${resource}`, has };
}

/** Of any address. */
export function at(path: string, has: Reading["has"]): Reading {
  return { path, has };
}
