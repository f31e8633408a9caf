import { type ChangeEvent, useState } from "react";
import { useNamespace } from "../live/namespace.ts";
import { actionTexts as texts } from "../texts/actions.ts";
import { openDialog } from "../ui/dialog.tsx";
import { apply, maxManifestBytes } from "./apply.ts";
import { ActionForm } from "./form.tsx";

export function openApply(): void {
  openDialog(texts.apply, <ApplyForm />);
}

/** A manifest, written, pasted or read from a file. */
function ApplyForm() {
  const namespace = useNamespace() ?? "default";
  const [text, setText] = useState("");
  const [force, setForce] = useState(false);
  const [refusal, setRefusal] = useState<string>();
  const read = async (event: ChangeEvent<HTMLInputElement>): Promise<void> => {
    const [file] = event.target.files ?? [];
    if (file === undefined) return;
    // What is refused for its size is not read.
    const isTooLarge = file.size > maxManifestBytes;
    setRefusal(isTooLarge ? texts.tooLarge(`${(file.size / 1e6).toFixed(1)} MB`) : undefined);
    if (!isTooLarge) setText(await file.text());
  };
  return (
    <ActionForm action={text.trim() === "" ? undefined : apply(text, { namespace, force })}>
      <label className="field">
        {texts.manifest}
        <textarea
          className="input manifest"
          rows={14}
          value={text}
          onChange={(event) => setText(event.target.value)}
          spellCheck={false}
        />
      </label>
      <label className="field">
        {texts.chooseFile}
        <input type="file" accept=".yaml,.yml,.json" onChange={(event) => void read(event)} />
      </label>
      {refusal !== undefined && (
        <p className="note note-bad" role="alert">
          {refusal}
        </p>
      )}
      <label className="check">
        <input type="checkbox" checked={force} onChange={(event) => setForce(event.target.checked)} />
        {texts.force}
      </label>
    </ActionForm>
  );
}
