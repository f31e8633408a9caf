import type { Logger } from "../log/index.ts";

/** A library writes nothing: what its users should know they are told by errors and handlers. */
export const quiet: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => quiet,
};
