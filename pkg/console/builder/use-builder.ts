import { useEffect, useMemo, useReducer } from "react";
import { builderTexts as texts } from "../texts/builder.ts";
import { notify } from "../ui/notices.tsx";
import type { Changed, Refused } from "./block-edits.ts";
import type { Place } from "./blocks.ts";
import { editText, type ParsedText, parseText } from "./document.ts";
import { keepDraft } from "./draft.ts";
import { at, type Edit } from "./edit-value.ts";
import { changeText, redo, startHistory, type TextHistory, undo } from "./history.ts";
import { byteSize, sizeRefusal } from "./text-size.ts";

interface BuilderState {
  readonly history: TextHistory;
  readonly parsed: ParsedText;
  /** The last text that was YAML: what blocks and forms show. */
  readonly good: ParsedText;
  readonly selected: Place | undefined;
}

type Step =
  | {
      readonly type: "change";
      readonly text: string;
      readonly tag: string;
      readonly atMs: number;
      readonly select?: Changed["select"];
    }
  | { readonly type: "select"; readonly place: Place | undefined }
  | { readonly type: "undo" | "redo" };

function reduce(state: BuilderState, step: Step): BuilderState {
  switch (step.type) {
    case "change": {
      const next = withHistory(state, changeText(state.history, step.text, step.tag, step.atMs));
      if (step.select === undefined) return next;
      return { ...next, selected: step.select === "nothing" ? undefined : step.select };
    }
    case "select":
      return { ...state, selected: step.place };
    case "undo":
      return withHistory(state, undo(state.history));
    case "redo":
      return withHistory(state, redo(state.history));
  }
}

function withHistory(state: BuilderState, history: TextHistory): BuilderState {
  if (history === state.history) return state;
  const parsed = parseText(history.text, state.parsed);
  const good = parsed.faults.length === 0 ? parsed : state.good;
  const { selected } = state;
  const isThere = selected !== undefined && at(good.documents[selected.document]?.value, selected.path) !== undefined;
  return { history, parsed, good, selected: isThere ? selected : undefined };
}

function begin(text: string): BuilderState {
  const parsed = parseText(text);
  return {
    history: startHistory(text),
    parsed,
    good: parsed.faults.length === 0 ? parsed : parseText(""),
    selected: undefined,
  };
}

/** What the parts of the builder do with its text. */
export interface Builder extends BuilderState {
  /** Replaces the whole text; false: it is too large. */
  replace(text: string, tag?: string): boolean;
  /** Edits of the document that a form shows; `tag` as of changeText. */
  edit(document: number, edits: readonly Edit[], tag?: string): void;
  /** A change of the blocks; where it is refused that is told. */
  change(make: (parsed: ParsedText) => Changed | Refused): void;
  select(place: Place | undefined): void;
  undo(): void;
  redo(): void;
}

/** The state of the builder for one target; `initial` is where it begins. */
export function useBuilder(target: string, initial: string): Builder {
  const [state, dispatch] = useReducer(reduce, initial, begin);
  const { text } = state.history;
  useEffect(() => {
    if (text === initial) return;
    const timer = setTimeout(() => keepDraft(target, text), 400);
    return () => clearTimeout(timer);
  }, [target, text, initial]);
  const { parsed } = state;
  const actions = useMemo(() => actionsOn(parsed, dispatch), [parsed]);
  return { ...state, ...actions };
}

function actionsOn(parsed: ParsedText, dispatch: (step: Step) => void): Omit<Builder, keyof BuilderState> {
  const put = (text: string, tag = "", select?: Changed["select"]): boolean => {
    const refusal = sizeRefusal(byteSize(text));
    if (refusal !== undefined) {
      notify(refusal, "bad");
      return false;
    }
    dispatch({ type: "change", text, tag, atMs: performance.now(), select });
    return true;
  };
  const isBroken = parsed.faults.length > 0;
  return {
    replace: (text, tag) => put(text, tag),
    edit(document, edits, tag) {
      if (isBroken) notify(texts.refusals.broken, "warn");
      else put(editText(parsed, document, edits), tag);
    },
    change(make) {
      const made = isBroken ? { refusal: texts.refusals.broken } : make(parsed);
      if ("refusal" in made) notify(made.refusal, "warn");
      else put(made.text, "", made.select);
    },
    select: (place) => dispatch({ type: "select", place }),
    undo: () => dispatch({ type: "undo" }),
    redo: () => dispatch({ type: "redo" }),
  };
}
