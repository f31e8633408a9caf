import { useState } from "react";
import { stringify } from "yaml";
import type { KubeObject } from "../../api/index.ts";
import { operateTexts as texts } from "../texts/operate.ts";
import { Button } from "../ui/button.tsx";
import { YamlView } from "../ui/yaml-view.tsx";
import { shownObject } from "./object-text.ts";

/** All fields of an object; those of a Secret when they are asked for. */
export default function ObjectYaml({ object }: { readonly object: KubeObject }) {
  const [showsSecret, showSecret] = useState(false);
  const text = stringify(shownObject(object, showsSecret), { lineWidth: 0 });
  const isHidden = object.kind === "Secret" && !showsSecret;
  return (
    <>
      {isHidden && (
        <p className="note">
          {texts.hiddenSecret}
          <Button onClick={() => showSecret(true)}>{texts.showSecret}</Button>
        </p>
      )}
      <YamlView text={text} label={texts.yaml} />
    </>
  );
}
