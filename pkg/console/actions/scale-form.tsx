import { useState } from "react";
import type { KindInfo, KubeObject } from "../../api/index.ts";
import { actionTexts as texts } from "../texts/actions.ts";
import { ActionForm } from "./form.tsx";
import { replicasOf, scale } from "./scale.ts";

export function ScaleForm({ kind, object }: { readonly kind: KindInfo; readonly object: KubeObject }) {
  const [text, setText] = useState(String(replicasOf(kind, object) ?? 0));
  const replicas = /^\d+$/.test(text) ? Number(text) : undefined;
  return (
    <ActionForm action={replicas === undefined ? undefined : scale(kind, object, replicas)}>
      <label className="field">
        {texts.members}
        <input className="input" type="number" min={0} value={text} onChange={(event) => setText(event.target.value)} />
      </label>
    </ActionForm>
  );
}
