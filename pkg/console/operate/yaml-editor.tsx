import { yaml } from "@codemirror/lang-yaml";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { basicSetup } from "codemirror";
import { useEffect, useRef } from "react";
import { pageFact } from "../live/session.ts";

interface YamlEditorProps {
  readonly label: string;
  /** Another one is taken where `key` is another. */
  readonly initial: string;
  readonly onChange: (text: string) => void;
}

const colours = HighlightStyle.define([
  { tag: tags.propertyName, class: "yaml-key" },
  { tag: [tags.string, tags.content], class: "yaml-text" },
  { tag: [tags.bool, tags.number, tags.null], class: "yaml-word" },
  { tag: tags.comment, class: "yaml-comment" },
]);

export function YamlEditor({ label, initial, onChange }: YamlEditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const start = useRef({ label, initial, onChange });
  useEffect(() => {
    if (place.current === null) return;
    const { label: name, initial: doc, onChange: tell } = start.current;
    const view = new EditorView({
      parent: place.current,
      doc,
      extensions: [
        basicSetup,
        yaml(),
        syntaxHighlighting(colours),
        EditorView.cspNonce.of(pageFact("csp-nonce") ?? ""),
        EditorView.contentAttributes.of({ "aria-label": name }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) tell(update.state.doc.toString());
        }),
      ],
    });
    // What scrolls is scrolled by keys too.
    view.scrollDOM.tabIndex = 0;
    view.focus();
    return () => view.destroy();
  }, []);
  return <div className="yaml-editor" ref={place} />;
}
