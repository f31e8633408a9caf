import { type CSSProperties, type DragEvent, lazy, Suspense, useCallback, useEffect, useMemo, useState } from "react";
import { builderTexts as texts } from "../texts/builder.ts";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { addBlock } from "./block-edits.ts";
import type { Place } from "./blocks.ts";
import { rangeOf } from "./document.ts";
import { keepDraft } from "./draft.ts";
import { FormView } from "./form-view.tsx";
import type { Problem } from "./manifest-set.ts";
import { Palette } from "./palette.tsx";
import { placeAt } from "./place-at.ts";
import { openPlan } from "./plan-sheet.tsx";
import { Splitter } from "./splitter.tsx";
import { openStart, readFile } from "./start-menu.tsx";
import { StatusLine } from "./status-line.tsx";
import { type Builder, useBuilder } from "./use-builder.ts";
import { brokenProblems, type Check, useCheck } from "./use-check.ts";
import { useSchemas } from "./use-schemas.ts";
import { useSuggestions } from "./use-suggestions.ts";

const GraphView = lazy(() => import("./graph-view.tsx"));
const YamlEditor = lazy(() => import("./yaml-editor.tsx"));

export interface BuilderViewProps {
  /** What drafts are kept for. */
  readonly target: string;
  /** The text without a draft. */
  readonly original: string;
  readonly draft: string | undefined;
  /** Of objects that say none. */
  readonly namespace: string;
}

const panes = ["blocks", "form", "yaml"] as const;
type Pane = (typeof panes)[number];

/** Blocks, form and YAML of one text. */
export function BuilderView({ target, original, draft, namespace }: BuilderViewProps) {
  const builder = useBuilder(target, draft ?? original);
  const [hasDraft, setHasDraft] = useState(draft !== undefined);
  const [pane, setPane] = useState<Pane>("blocks");
  const [widths, setWidths] = useState(firstWidths);
  const check = useCheck(builder.parsed, namespace);
  const problems = useMemo(
    () => [...brokenProblems(builder.parsed), ...check.problems],
    [builder.parsed, check.problems],
  );
  const discard = (): void => {
    builder.replace(original);
    keepDraft(target, undefined);
    setHasDraft(false);
  };
  const applied = (): void => {
    keepDraft(target, undefined);
    setHasDraft(false);
  };
  useKeys(builder);
  const style = { "--builder-form": `${widths.form}px`, "--builder-yaml": `${widths.yaml}px` } as CSSProperties;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: files are dropped anywhere in it
    <div
      className="builder"
      data-pane={pane}
      style={style}
      onDragOver={allowFiles}
      onDrop={(event) => takeFile(event, builder)}
    >
      <Toolbar
        builder={builder}
        hasDraft={hasDraft}
        onDiscard={discard}
        onPlan={() => openPlan({ parsed: builder.parsed, namespace, onApplied: applied })}
      />
      <fieldset className="builder-tabs" aria-label={texts.panes}>
        {panes.map((one) => (
          <button key={one} type="button" aria-pressed={one === pane} onClick={() => setPane(one)}>
            {texts[one]}
          </button>
        ))}
      </fieldset>
      <Panes
        builder={builder}
        check={check}
        problems={problems}
        namespace={namespace}
        shape={`${pane} ${widths.form} ${widths.yaml}`}
      >
        {(name) => (
          <Splitter
            label={texts[name]}
            width={widths[name]}
            onWidth={(width) => setWidths({ ...widths, [name]: width })}
          />
        )}
      </Panes>
      <StatusLine parsed={builder.parsed} check={check} problems={problems} onSelect={builder.select} />
    </div>
  );
}

interface PanesProps {
  readonly builder: Builder;
  readonly check: Check;
  readonly problems: readonly Problem[];
  readonly namespace: string;
  readonly shape: string;
  /** What stands between. */
  readonly children: (name: "form" | "yaml") => React.ReactNode;
}

function Panes({ builder, problems, namespace, shape, children }: PanesProps) {
  const { parsed, good, selected, select, change } = builder;
  const schemas = useSchemas();
  const suggest = useSuggestions(good, selected);
  const marks = useMemo(() => marksOf(builder, problems), [builder, problems]);
  // By hand in the text: then the text does not move.
  const [fromText, setFromText] = useState<Place>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is selected is shown once, not with each letter
  const shown = useMemo(() => {
    if (selected === undefined || selected === fromText) return undefined;
    const document = good.documents[selected.document];
    return document === undefined ? undefined : rangeOf(document, selected.path);
  }, [selected]);
  const cursor = (offset: number): void => {
    const place = parsed === good ? placeAt(good, offset) : undefined;
    if (place === undefined) return;
    setFromText(place);
    select(place);
  };
  const add = useCallback(
    (kind: Parameters<typeof addBlock>[1], place: Place | undefined) => change((text) => addBlock(text, kind, place)),
    [change],
  );
  const wait = <div className="loading" role="status" />;
  return (
    <div className="builder-panes">
      <section className="builder-pane builder-pane-blocks" aria-label={texts.blocks}>
        <Palette onAdd={(kind) => add(kind, selected)} />
        {parsed !== good && (
          <p className="builder-broken" role="alert">
            {brokenText(builder)}
          </p>
        )}
        <Suspense fallback={wait}>
          <GraphView
            parsed={good}
            problems={problems}
            selected={selected}
            shape={shape}
            onSelect={select}
            onChange={change}
            onAdd={add}
          />
        </Suspense>
      </section>
      {children("form")}
      <section className="builder-pane builder-pane-form" aria-label={texts.form}>
        {schemas === undefined ? (
          wait
        ) : (
          <FormView builder={builder} schemas={schemas} problems={problems} namespace={namespace} suggest={suggest} />
        )}
      </section>
      {children("yaml")}
      <section className="builder-pane builder-pane-yaml" aria-label={texts.yaml}>
        <Suspense fallback={wait}>
          <YamlEditor
            text={parsed.text}
            marks={marks}
            schemas={schemas}
            shown={shown}
            onType={(text) => builder.replace(text, "typing")}
            onCursor={cursor}
            onUndo={builder.undo}
            onRedo={builder.redo}
          />
        </Suspense>
      </section>
    </div>
  );
}

function marksOf({ parsed }: Builder, problems: readonly Problem[]) {
  const broken = parsed.faults.map(({ from, to, message }) => ({ from, to, message }));
  const refused = problems.flatMap(({ document, path, message }) => {
    const found = parsed.documents[document];
    return found === undefined || parsed.faults.length > 0 ? [] : [{ ...rangeOf(found, path), message }];
  });
  return [...broken, ...refused];
}

function brokenText({ parsed }: Builder): string {
  const [first] = brokenProblems(parsed);
  return first === undefined ? "" : texts.brokenAt(first.line, first.message);
}

interface ToolbarProps {
  readonly builder: Builder;
  readonly hasDraft: boolean;
  readonly onDiscard: () => void;
  readonly onPlan: () => void;
}

function Toolbar({ builder, hasDraft, onDiscard, onPlan }: ToolbarProps) {
  const { parsed, history } = builder;
  return (
    <header className="builder-bar">
      <h1>{texts.title}</h1>
      <Button onClick={() => openStart((text) => builder.replace(text))}>{texts.start}</Button>
      <button
        type="button"
        className="icon-button"
        aria-label={texts.undo}
        title={texts.undo}
        disabled={history.past.length === 0}
        onClick={builder.undo}
      >
        <Icon name="undo" />
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label={texts.redo}
        title={texts.redo}
        disabled={history.future.length === 0}
        onClick={builder.redo}
      >
        <Icon name="redo" />
      </button>
      {hasDraft && (
        <Button look="quiet" title={texts.draft} onClick={onDiscard}>
          {texts.discard}
        </Button>
      )}
      <span className="spacer" />
      <Button look="primary" disabled={parsed.faults.length > 0 || parsed.text.trim() === ""} onClick={onPlan}>
        {texts.plan}
      </Button>
    </header>
  );
}

/** Columns grow with the screen. */
function firstWidths(): { readonly form: number; readonly yaml: number } {
  const part = (share: number, least: number, most: number): number =>
    Math.min(most, Math.max(least, innerWidth * share));
  return { form: part(0.2, 320, 640), yaml: part(0.26, 400, 960) };
}

/** Undo and redo, wherever the focus is that does not type. */
function useKeys({ undo, redo }: Builder): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.defaultPrevented || isTyping(event.target)) return;
      const key = event.key.toLowerCase();
      if (key === "z" && !event.shiftKey) undo();
      else if (key === "y" || key === "z") redo();
      else return;
      event.preventDefault();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [undo, redo]);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, textarea, select, .cm-editor") !== null;
}

function allowFiles(event: DragEvent): void {
  if (event.dataTransfer.types.includes("Files")) event.preventDefault();
}

function takeFile(event: DragEvent, builder: Builder): void {
  const file = event.dataTransfer.files[0];
  if (file === undefined) return;
  event.preventDefault();
  void readFile(file).then((text) => text !== undefined && builder.replace(text));
}
