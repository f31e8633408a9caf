import {
  autocompletion,
  type CompletionContext,
  type CompletionResult,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import {
  bracketMatching,
  foldGutter,
  foldKeymap,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from "@codemirror/language";
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { Annotation, EditorState } from "@codemirror/state";
import { drawSelection, highlightActiveLine, hoverTooltip, keymap, lineNumbers, type Tooltip } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";
import { EditorView } from "codemirror";
import { useEffect, useRef } from "react";
import { pageFact } from "../live/session.ts";
import { builderTexts as texts } from "../texts/builder.ts";
import { notify } from "../ui/notices.tsx";
import { completionsAt, helpAt } from "./completions.ts";
import type { Range } from "./document.ts";
import type { Schemas } from "./schemas.ts";
import { byteSize, sizeRefusal } from "./text-size.ts";

/** A problem where it stands in the text. */
export interface Mark extends Range {
  readonly message: string;
}

export interface YamlEditorProps {
  readonly text: string;
  readonly marks: readonly Mark[];
  readonly schemas: Schemas | undefined;
  /** What is to be seen; a new object is shown once. */
  readonly shown: Range | undefined;
  readonly onType: (text: string) => void;
  /** The cursor was put somewhere by hand. */
  readonly onCursor: (offset: number) => void;
  readonly onUndo: () => void;
  readonly onRedo: () => void;
}

/** On changes that come from outside the editor. */
const fromOutside = Annotation.define<true>();

/** The text itself, with the schemas' words while one writes. */
export default function YamlEditor(props: YamlEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const latest = useRef(props);
  latest.current = props;
  useEffect(() => {
    if (host.current === null) return;
    const made = new EditorView({ parent: host.current, state: makeState(latest) });
    view.current = made;
    return () => made.destroy();
  }, []);
  const { text, marks, shown } = props;
  useEffect(() => {
    if (view.current !== undefined) showText(view.current, text);
  }, [text]);
  useEffect(() => {
    const editor = view.current;
    if (editor === undefined) return;
    const end = editor.state.doc.length;
    const diagnostics = marks.map(
      ({ from, to, message }): Diagnostic => ({
        from: Math.min(from, end),
        to: Math.min(Math.max(lineEnd(editor, from, to), from), end),
        severity: "error",
        message,
      }),
    );
    editor.dispatch(setDiagnostics(editor.state, diagnostics));
  }, [marks]);
  useEffect(() => {
    const editor = view.current;
    if (editor === undefined || shown === undefined) return;
    const anchor = Math.min(shown.from, editor.state.doc.length);
    editor.dispatch({
      selection: { anchor },
      effects: EditorView.scrollIntoView(anchor, { y: "center" }),
      annotations: fromOutside.of(true),
    });
  }, [shown]);
  return <div ref={host} className="builder-editor" />;
}

/** A mark ends on the line where it begins: more would paint whole blocks. */
function lineEnd(editor: EditorView, from: number, to: number): number {
  const line = editor.state.doc.lineAt(Math.min(from, editor.state.doc.length));
  return Math.min(to, line.to);
}

/** Changes as little as has changed, so that cursor and scrolling stay. */
function showText(editor: EditorView, text: string): void {
  const old = editor.state.doc.toString();
  if (old === text) return;
  const least = Math.min(old.length, text.length);
  let head = 0;
  while (head < least && old[head] === text[head]) head++;
  let tail = 0;
  while (tail < least - head && old[old.length - 1 - tail] === text[text.length - 1 - tail]) tail++;
  const changes = { from: head, to: old.length - tail, insert: text.slice(head, text.length - tail) };
  editor.dispatch({ changes, annotations: fromOutside.of(true) });
}

function makeState(latest: { readonly current: YamlEditorProps }): EditorState {
  const nonce = pageFact("csp-nonce");
  return EditorState.create({
    doc: latest.current.text,
    extensions: [
      ...(nonce === undefined ? [] : [EditorView.cspNonce.of(nonce)]),
      EditorView.contentAttributes.of({ "aria-label": texts.editorLabel, tabindex: "0" }),
      ...[lineNumbers(), foldGutter(), lintGutter(), drawSelection(), highlightActiveLine(), bracketMatching()],
      ...[yaml(), indentOnInput(), indentUnit.of("  "), syntaxHighlighting(classHighlighter)],
      autocompletion({ override: [(context) => complete(context, latest.current.schemas)], icons: false }),
      hoverTooltip((editor, offset) => hover(editor, offset, latest.current.schemas)),
      keymap.of([
        { key: "Mod-z", run: () => act(latest.current.onUndo), preventDefault: true },
        { key: "Mod-y", run: () => act(latest.current.onRedo), preventDefault: true },
        { key: "Mod-Shift-z", run: () => act(latest.current.onRedo), preventDefault: true },
        ...[...completionKeymap, ...foldKeymap, ...lintKeymap, ...defaultKeymap],
      ]),
      refuseLargePaste,
      EditorView.updateListener.of((update) => {
        if (update.transactions.some((one) => one.annotation(fromOutside) === true)) return;
        if (update.docChanged) latest.current.onType(update.state.doc.toString());
        else if (update.selectionSet) latest.current.onCursor(update.state.selection.main.head);
      }),
    ],
  });
}

function act(run: () => void): boolean {
  run();
  return true;
}

/** Before the editor has looked at it; what is there stays. */
const refuseLargePaste = EditorView.domEventHandlers({
  paste(event, editor) {
    const pasted = event.clipboardData?.getData("text/plain") ?? "";
    const refusal = sizeRefusal(editor.state.doc.length + byteSize(pasted));
    if (refusal === undefined) return false;
    event.preventDefault();
    notify(refusal, "bad");
    return true;
  },
});

function complete(context: CompletionContext, schemas: Schemas | undefined): CompletionResult | null {
  if (schemas === undefined) return null;
  const found = completionsAt(schemas, context.state.doc.toString(), context.pos);
  if (found === undefined || (found.word === "" && !context.explicit)) return null;
  return {
    from: found.from,
    options: found.options.map(({ label, apply, help, isRequired }) => ({
      label,
      apply,
      info: help,
      detail: isRequired ? texts.isRequired : "",
      boost: isRequired ? 1 : 0,
    })),
    validFor: /^[\w./-]*$/,
  };
}

function hover(editor: EditorView, offset: number, schemas: Schemas | undefined): Tooltip | null {
  const help = schemas === undefined ? undefined : helpAt(schemas, editor.state.doc.toString(), offset);
  if (help === undefined) return null;
  return {
    pos: help.from,
    end: help.to,
    create() {
      const dom = document.createElement("div");
      dom.className = "builder-hover";
      dom.textContent = help.text;
      return { dom };
    },
  };
}
