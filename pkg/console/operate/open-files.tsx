import { lazy, Suspense } from "react";
import type { KindInfo, ObjectKey } from "../../api/index.ts";
import { operateTexts as texts } from "../texts/operate.ts";
import { openDialog } from "../ui/dialog.tsx";

const Files = lazy(() => import("./files.tsx"));

/** Shows the files of a process, a claim or a machine. */
export function openFiles(kind: KindInfo, place: ObjectKey): void {
  openDialog(
    texts.filesTitle(place.name),
    <Suspense fallback={<p className="quiet">{texts.loading}</p>}>
      <Files kind={kind} place={place} />
    </Suspense>,
  );
}
