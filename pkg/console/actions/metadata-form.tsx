import { useState } from "react";
import type { KindInfo, KubeObject } from "../../api/index.ts";
import { readMetadataWord } from "../../operations/index.ts";
import { actionTexts as texts } from "../texts/actions.ts";
import { splitShellLine } from "../ui/shell-line.ts";
import { ActionForm } from "./form.tsx";
import { annotate, label } from "./label.ts";

export interface MetadataFormProps {
  readonly member: "labels" | "annotations";
  readonly kind: KindInfo;
  /** Of one namespace. */
  readonly objects: readonly KubeObject[];
}

/** Labels or annotations as words of a command line. */
export function MetadataForm({ member, kind, objects }: MetadataFormProps) {
  const [text, setText] = useState("");
  const words = splitShellLine(text) ?? [];
  const bad = words.find((word) => readMetadataWord(word) === undefined);
  const values = Object.fromEntries(words.flatMap((word) => [readMetadataWord(word) ?? []]).filter(isPair));
  const make = member === "labels" ? label : annotate;
  const isReady = words.length > 0 && bad === undefined;
  const [first] = objects;
  return (
    <ActionForm action={isReady ? make(kind, objects, values) : undefined}>
      {objects.length === 1 && (
        <ul className="chips">
          {Object.entries(first?.metadata[member] ?? {}).map(([name, value]) => (
            <li key={name} className="chip">
              {name}={value}
            </li>
          ))}
        </ul>
      )}
      <label className="field">
        {texts.metadataWords}
        <input
          className="input"
          value={text}
          onChange={(event) => setText(event.target.value)}
          placeholder="tier=front old-"
          spellCheck={false}
        />
      </label>
      {bad !== undefined && <p className="quiet">{texts.badMetadataWord(bad)}</p>}
    </ActionForm>
  );
}

function isPair(value: readonly unknown[]): value is readonly [string, string | null] {
  return value.length === 2;
}
