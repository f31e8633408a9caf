import { lazy, type ReactNode, Suspense } from "react";
import { type Application, type GitSync, type KindInfo, type KubeObject, keyOf } from "../../api/index.ts";
import { navigate } from "../app/router.tsx";
import { actionTexts as texts } from "../texts/actions.ts";
import { openDialog } from "../ui/dialog.tsx";
import { objectPage } from "./links.ts";
import { MetadataForm } from "./metadata-form.tsx";
import type { FormName } from "./offers.ts";
import { ScaleForm } from "./scale-form.tsx";
import { UndoForm } from "./undo-form.tsx";

const SyncDiff = lazy(() => import("../operate/sync-diff.tsx"));

/** Asks for what an action needs; it is confirmed as all others afterwards. */
export function openForm(name: FormName, kind: KindInfo, object: KubeObject): void {
  const title = `${texts[name]}: ${object.metadata.name ?? ""}`;
  if (name === "edit") navigate(`${objectPage(kind, keyOf(object))}?edit=1`);
  else openDialog(title, contentOf(name, kind, object));
}

function contentOf(name: Exclude<FormName, "edit">, kind: KindInfo, object: KubeObject): ReactNode {
  switch (name) {
    case "scale":
      return <ScaleForm kind={kind} object={object} />;
    case "undo":
      return <UndoForm application={object as Application} />;
    case "label":
      return <MetadataForm member="labels" kind={kind} objects={[object]} />;
    case "annotate":
      return <MetadataForm member="annotations" kind={kind} objects={[object]} />;
    case "syncDiff":
      return (
        <Suspense>
          <SyncDiff sync={object as GitSync} />
        </Suspense>
      );
  }
}
