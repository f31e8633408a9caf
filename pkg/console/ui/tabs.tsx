import { type KeyboardEvent, type ReactNode, useId, useRef } from "react";

export interface TabsProps<T extends string> {
  readonly tabs: readonly T[];
  readonly texts: Readonly<Record<T, string>>;
  readonly current: T;
  readonly onShow: (tab: T) => void;
  readonly label: string;
  /** What the current tab shows. */
  readonly children: ReactNode;
}

/** Tabs as screen readers know them: arrows go from one to the next. */
export function Tabs<T extends string>({ tabs, texts, current, onShow, label, children }: TabsProps<T>) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const next = tabs[(tabs.indexOf(current) + step + tabs.length) % tabs.length];
    if (step === 0 || next === undefined) return;
    event.preventDefault();
    onShow(next);
    list.current?.querySelector<HTMLElement>(`[data-tab="${next}"]`)?.focus();
  };
  return (
    <>
      <div ref={list} className="tabs" role="tablist" aria-label={label} onKeyDown={onKeyDown}>
        {tabs.map((tab) => (
          <button
            key={tab}
            type="button"
            role="tab"
            id={`${id}-${tab}`}
            data-tab={tab}
            aria-selected={tab === current}
            aria-controls={`${id}-panel`}
            tabIndex={tab === current ? 0 : -1}
            onClick={() => onShow(tab)}
          >
            {texts[tab]}
          </button>
        ))}
      </div>
      <div id={`${id}-panel`} className="tab-panel" role="tabpanel" aria-labelledby={`${id}-${current}`}>
        {children}
      </div>
    </>
  );
}
