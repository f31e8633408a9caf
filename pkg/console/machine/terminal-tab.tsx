import { kinds } from "../../api/index.ts";
import { objectPath } from "../../client/portable.ts";
import { Terminal } from "../ui/terminal.tsx";

/** Whichever shell a machine has, as if one had logged in. */
const shell = ["/bin/sh", "-c", "cd; command -v bash >/dev/null 2>&1 && exec bash -l; exec sh -l"];

/** A shell on a machine, in the name of whom its agent runs as. */
export default function TerminalTab({ machine }: { readonly machine: string }) {
  const path = objectPath(kinds.Resource, { namespace: "", name: machine }, "exec");
  return (
    <Terminal name={machine} path={path} command={shell} argv={["exec", `resource/${machine}`, "-it", "--", "sh"]} />
  );
}
