import { type KeyboardEvent, useEffect, useMemo, useReducer, useRef, useState } from "react";
import { take } from "../../actions/action-menu.tsx";
import { openApply } from "../../actions/apply-form.tsx";
import { useInView } from "../../actions/in-view.ts";
import { offersOf } from "../../actions/offers.ts";
import { useWorld } from "../../live/use-world.ts";
import { actionTexts } from "../../texts/actions.ts";
import { paletteTexts as texts } from "../../texts/palette.ts";
import { closeDialog } from "../../ui/dialog.tsx";
import { Icon } from "../../ui/icon.tsx";
import { pages } from "../pages.ts";
import { navigate } from "../router.tsx";
import type { Entry } from "./entries.ts";
import { ObjectIndex } from "./object-index.ts";
import { best } from "./score.ts";

/** More than this nobody reads. */
const limit = 40;

/** One line that leads everywhere. */
export function Palette() {
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const { index, version } = useIndex();
  const fixed = [...useOffers(), ...pageEntries];
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is fixed changes with the page, which closes this
  const found = useMemo(() => find(query, fixed, index), [query, index, version]);
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  });
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) setAt((now) => (now + step + found.length) % Math.max(1, found.length));
    else if (event.key === "Enter") choose(found[at]);
    else return;
    event.preventDefault();
  };
  return (
    <div className="palette">
      <label className="search-field">
        <Icon name="search" />
        <input
          // biome-ignore lint/a11y/noAutofocus: it was opened to be typed into
          autoFocus
          className="input"
          role="combobox"
          aria-expanded
          aria-controls="palette-list"
          aria-activedescendant={found[at] && `palette-${at}`}
          aria-label={texts.title}
          placeholder={texts.placeholder}
          value={query}
          onChange={(event) => {
            setQuery(event.target.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
          spellCheck={false}
        />
      </label>
      <div
        ref={list}
        id="palette-list"
        role="listbox"
        tabIndex={-1}
        aria-label={texts.results}
        className="palette-list"
      >
        {found.map((entry, place) => (
          <Option key={entry.id} entry={entry} place={place} isCurrent={place === at} />
        ))}
      </div>
      {found.length === 0 && <p className="quiet palette-note">{index.isComplete ? texts.nothing : texts.loading}</p>}
    </div>
  );
}

function Option({
  entry,
  place,
  isCurrent,
}: {
  readonly entry: Entry;
  readonly place: number;
  readonly isCurrent: boolean;
}) {
  return (
    // The field has the focus, and its keys choose.
    // biome-ignore lint/a11y/useFocusableInteractive: aria-activedescendant of the field
    // biome-ignore lint/a11y/useKeyWithClickEvents: the field's keys
    <div
      id={`palette-${place}`}
      role="option"
      aria-selected={isCurrent}
      className="palette-option"
      onClick={() => choose(entry)}
    >
      <Icon name={entry.icon} />
      <span className="palette-title">{entry.title}</span>
      <span className="quiet">{entry.hint}</span>
      <span className="spacer" />
      <span className="palette-group">{texts.groups[entry.group]}</span>
    </div>
  );
}

function choose(entry: Entry | undefined): void {
  if (entry === undefined) return;
  closeDialog();
  // What it opens may be a dialog too.
  setTimeout(entry.go);
}

function useIndex(): { readonly index: ObjectIndex; readonly version: number } {
  const world = useWorld();
  const [version, changed] = useReducer((count: number) => count + 1, 0);
  const index = useMemo(() => new ObjectIndex(world, changed), [world]);
  useEffect(() => () => index.close(), [index]);
  return { index, version };
}

/** What can be done with what the page is about. */
function useOffers(): readonly Entry[] {
  const inView = useInView();
  const { isPast } = useWorld();
  if (isPast) return [];
  if (inView === undefined) return [applyEntry];
  const { kind, object } = inView;
  const { name = "" } = object.metadata;
  const offers = offersOf(kind, object).map(
    (offer): Entry => ({
      ...{ id: `action ${offer.text}`, group: "action", icon: offer.icon, title: offer.text },
      hint: `${kind.singular} ${name}`,
      search: `${offer.text} ${kind.singular} ${name}`.toLowerCase(),
      go: () => take({ offer, kind, object }),
    }),
  );
  return [...offers, applyEntry];
}

/** What is about nothing that is there yet. */
const applyEntry: Entry = {
  ...{ id: "apply", group: "action", icon: "file", title: actionTexts.apply, hint: "" },
  search: actionTexts.apply.toLowerCase(),
  go: openApply,
};

const pageEntries: readonly Entry[] = pages.flatMap(({ pattern, entry }) => {
  if (entry === undefined) return [];
  const to = pattern.replace(":plural", "applications");
  const { text, icon } = entry;
  return [{ id: to, group: "page", icon, title: text, hint: "", search: text.toLowerCase(), go: () => navigate(to) }];
});

/** What is fixed first: it is little, and what fits it is meant. */
function find(query: string, fixed: readonly Entry[], index: ObjectIndex): readonly Entry[] {
  const first = best(query, fixed, limit);
  if (query.trim() === "") return first;
  return [...first, ...best(query, index.entries(), limit)].slice(0, limit);
}
