import { Copyable } from "./copyable.tsx";
import { shellLine } from "./shell-line.ts";

/** A command as one would type it, to be copied. `argv` without "plush". */
export function CommandLine({ argv }: { readonly argv: readonly string[] }) {
  return <Copyable text={shellLine(["plush", ...argv])} />;
}
