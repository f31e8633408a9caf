import { type Application, type KindInfo, type KubeObject, kinds, type Process } from "../../api/index.ts";
import type { Action } from "../actions/action.ts";
import { confirm } from "../actions/confirm.tsx";
import { deleteObjects } from "../actions/delete.ts";
import { MetadataForm } from "../actions/metadata-form.tsx";
import { restartApplications, restartProcesses } from "../actions/restart-many.ts";
import { isMadeAnew } from "../actions/restart-process.ts";
import { useMay } from "../live/use-may.ts";
import { useWorld } from "../live/use-world.ts";
import { actionTexts } from "../texts/actions.ts";
import { operateTexts as texts } from "../texts/operate.ts";
import { Button } from "../ui/button.tsx";
import { openDialog } from "../ui/dialog.tsx";

interface BulkBarProps {
  readonly kind: KindInfo;
  /** By their keys. */
  readonly chosen: ReadonlyMap<string, KubeObject>;
  readonly onClear: () => void;
}

/** What can be done with all that is chosen. */
export function BulkBar({ kind, chosen, onClear }: BulkBarProps) {
  const objects = [...chosen.values()];
  const namespace = objects[0]?.metadata.namespace;
  const { isPast } = useWorld();
  const mayDelete = useMay("delete", kind, namespace);
  const mayPatch = useMay("patch", kind, namespace);
  if (objects.length === 0) return null;
  // One command line is about one namespace.
  const isOne = objects.every(({ metadata }) => metadata.namespace === namespace);
  const restart = isOne ? restartOf(kind, objects) : undefined;
  const label = (): void =>
    openDialog(actionTexts.label, <MetadataForm member="labels" kind={kind} objects={objects} />);
  return (
    <div className="bulk-bar" role="toolbar" aria-label={texts.chosen(objects.length)}>
      <strong>{texts.chosen(objects.length)}</strong>
      {!isOne && <span className="quiet">{texts.oneNamespace}</span>}
      {isOne && !isPast && mayPatch && <Button onClick={label}>{actionTexts.label}</Button>}
      {!isPast && mayPatch && restart !== undefined && (
        <Button onClick={() => confirm(restart)}>{actionTexts.restart}</Button>
      )}
      {isOne && !isPast && mayDelete && (
        <Button look="danger" onClick={() => confirm(deleteObjects(kind, objects))}>
          {actionTexts.delete}
        </Button>
      )}
      <Button look="quiet" onClick={onClear}>
        {texts.clear}
      </Button>
    </div>
  );
}

/** Objects are what their kind says: they come from a list of that kind. */
function restartOf(kind: KindInfo, objects: readonly KubeObject[]): Action | undefined {
  if (kind === kinds.Application) return restartApplications(objects as readonly Application[]);
  const processes = kind === kinds.Process ? (objects as readonly Process[]) : [];
  return processes.length > 0 && processes.every(isMadeAnew) ? restartProcesses(processes) : undefined;
}
