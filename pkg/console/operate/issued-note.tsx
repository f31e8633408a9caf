import { type IssuedToken, tokenKubeconfig } from "../../operations/index.ts";
import { operateTexts as texts } from "../texts/operate.ts";
import { Button } from "../ui/button.tsx";
import { closeDialog } from "../ui/dialog.tsx";
import { saveFile } from "../ui/save-file.ts";

/** A kubeconfig to hand over. */
export function IssuedNote({
  issued,
  namespace,
}: {
  readonly issued: IssuedToken;
  readonly namespace: string | undefined;
}) {
  const text = tokenKubeconfig(issued, { server: location.origin }, namespace);
  const save = (): void => saveFile(`${issued.token.metadata.name}.kubeconfig`, new Blob([text]));
  return (
    <div className="confirm">
      <p className="note">{texts.kubeconfigOnce}</p>
      <textarea className="input kubeconfig" readOnly rows={12} value={text} aria-label="kubeconfig" />
      <p className="quiet">{texts.kubeconfigCa}</p>
      <footer>
        <Button onClick={save}>{texts.download}</Button>
        <Button look="primary" onClick={closeDialog}>
          {texts.done}
        </Button>
      </footer>
    </div>
  );
}
