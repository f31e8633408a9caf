import { lazy, Suspense } from "react";
import type { KindInfo, ObjectKey } from "../../api/index.ts";
import { objectPath } from "../../client/portable.ts";
import { operateTexts as texts } from "../texts/operate.ts";
import { openDialog } from "../ui/dialog.tsx";

const Terminal = lazy(async () => ({ default: (await import("../ui/terminal.tsx")).Terminal }));

/** Whichever shell there is, where a process or a claim is. */
const shell = ["/bin/sh", "-c", "command -v bash >/dev/null 2>&1 && exec bash; exec sh"];

/** A shell beside a process, in the directory of a claim, or on a machine. */
export function openTerminal(kind: KindInfo, place: ObjectKey): void {
  const { namespace, name } = place;
  const where = namespace === "" ? [] : ["-n", namespace];
  const argv = ["exec", `${kind.singular}/${name}`, ...where, "-it", "--", "sh"];
  openDialog(
    texts.terminalTitle(name),
    <Suspense fallback={<p className="quiet">{texts.loading}</p>}>
      <div className="terminal-dialog">
        <Terminal name={name} path={objectPath(kind, place, "exec")} command={shell} argv={argv} />
      </div>
    </Suspense>,
    { look: "wide" },
  );
}
