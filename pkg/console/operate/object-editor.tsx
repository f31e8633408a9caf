import { useRef, useState } from "react";
import { parse, stringify } from "yaml";
import type { KindInfo, KubeObject } from "../../api/index.ts";
import { dig, fields } from "../../merge/index.ts";
import { confirm } from "../actions/confirm.tsx";
import { edit } from "../actions/edit.ts";
import { operateTexts as texts } from "../texts/operate.ts";
import { Button } from "../ui/button.tsx";
import { editableObject, type ShownObject } from "./object-text.ts";
import { YamlEditor } from "./yaml-editor.tsx";

interface ObjectEditorProps {
  readonly kind: KindInfo;
  /** As it is now. */
  readonly object: KubeObject;
  readonly onEnd: () => void;
}

/** Edits what can be written of an object; what changed meanwhile is told, and neither side is lost unasked. */
export default function ObjectEditor({ kind, object, onEnd }: ObjectEditorProps) {
  const [before, begin] = useState(object);
  const [keepsMine, keepMine] = useState<string>();
  const [fault, setFault] = useState<string>();
  const text = useRef(textOf(object));
  const isOther = !isSameToEdit(before, object) && keepsMine !== object.metadata.resourceVersion;
  const look = (): void => {
    const read = readObject(text.current, before);
    setFault(typeof read === "string" ? read : undefined);
    if (typeof read !== "string") confirm(edit(kind, { before, after: read, onto: object }));
  };
  const takeTheirs = (): void => {
    text.current = textOf(object);
    begin(object);
  };
  return (
    <div className="object-editor">
      {isOther && (
        <div className="note note-bad" role="alert">
          {texts.changedMeanwhile}
          <Button onClick={takeTheirs}>{texts.takeTheirs}</Button>
          <Button onClick={() => keepMine(object.metadata.resourceVersion)}>{texts.keepMine}</Button>
        </div>
      )}
      <YamlEditor
        key={before.metadata.resourceVersion}
        label={texts.editor}
        initial={text.current}
        onChange={(next) => {
          text.current = next;
        }}
      />
      {fault !== undefined && (
        <p className="note note-bad" role="alert">
          {fault}
        </p>
      )}
      <footer>
        <Button onClick={onEnd}>{texts.cancelEdit}</Button>
        <Button look="primary" disabled={isOther} onClick={look}>
          {texts.save}
        </Button>
      </footer>
    </div>
  );
}

function textOf(object: KubeObject): string {
  return stringify(editableObject(object), { lineWidth: 0 });
}

/** A status that moves on is no change of what is edited. */
function isSameToEdit(before: KubeObject, now: KubeObject): boolean {
  return before === now || textOf(before) === textOf(now);
}

/** What stands in the editor, or what is wrong with it. */
function readObject(text: string, before: KubeObject): ShownObject | string {
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    return texts.badYaml(error instanceof Error ? (error.message.split("\n", 1)[0] ?? "") : String(error));
  }
  const read = fields(value);
  const isSame =
    read["kind"] === before.kind &&
    dig(read, "metadata", "name") === before.metadata.name &&
    dig(read, "metadata", "namespace") === before.metadata.namespace;
  return isSame ? read : texts.anotherObject;
}
