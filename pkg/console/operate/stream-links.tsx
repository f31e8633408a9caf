import type { KindInfo, KubeObject } from "../../api/index.ts";
import { keyOf, kinds } from "../../api/index.ts";
import { useMay } from "../live/use-may.ts";
import { useWorld } from "../live/use-world.ts";
import { operateTexts as texts } from "../texts/operate.ts";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { openFiles } from "./open-files.tsx";
import { openTerminal } from "./open-terminal.tsx";

const streamed: readonly KindInfo[] = [kinds.Process, kinds.Claim, kinds.Resource];

/** A look into where a process, a claim or a machine is. */
export function StreamLinks({ kind, object }: { readonly kind: KindInfo; readonly object: KubeObject }) {
  const { isPast } = useWorld();
  const may = useMay("create", kind, object.metadata.namespace, { subresource: "exec" });
  if (isPast || !may || !streamed.includes(kind)) return null;
  return (
    <>
      <Button look="quiet" onClick={() => openTerminal(kind, keyOf(object))}>
        <Icon name="terminal" />
        {texts.terminal}
      </Button>
      <Button look="quiet" onClick={() => openFiles(kind, keyOf(object))}>
        <Icon name="file" />
        {texts.files}
      </Button>
    </>
  );
}
