import { type CSSProperties, type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { Icon, type IconName } from "./icon.tsx";

/** Between the button and its list, and from the list to the edge. */
const gap = 4;

/** A button that opens a list of things to do; arrow keys go through them, Escape closes. */
export function Menu({
  label,
  icon = "more",
  children,
}: {
  readonly label: string;
  readonly icon?: IconName;
  /** MenuItems. Drawn only while it is open. */
  readonly children: ReactNode;
}) {
  const [place, setPlace] = useState<CSSProperties>();
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const close = (): void => {
    setPlace(undefined);
    button.current?.focus();
  };
  useEffect(() => {
    if (place === undefined) return;
    itemsIn(list.current)[0]?.focus();
    const leave = (event: Event): void => {
      if (!(event.target instanceof Node) || list.current?.contains(event.target) !== true) setPlace(undefined);
    };
    document.addEventListener("pointerdown", leave);
    document.addEventListener("scroll", leave, true);
    return () => {
      document.removeEventListener("pointerdown", leave);
      document.removeEventListener("scroll", leave, true);
    };
  }, [place]);
  const open = (): void => {
    const box = button.current?.getBoundingClientRect();
    if (box === undefined) return;
    // Where there is more room.
    const vertical = box.bottom > innerHeight / 2 ? { bottom: innerHeight - box.top + gap } : { top: box.bottom + gap };
    setPlace({ ...vertical, right: Math.max(gap, innerWidth - box.right) });
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        className="icon-button"
        aria-label={label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={place !== undefined}
        aria-controls={place === undefined ? undefined : id}
        onPointerDown={(event) => event.stopPropagation()}
        onClick={() => (place === undefined ? open() : close())}
      >
        <Icon name={icon} />
      </button>
      {place !== undefined &&
        // Above all that scrolls and cuts off.
        createPortal(
          <div
            ref={list}
            id={id}
            role="menu"
            tabIndex={-1}
            aria-label={label}
            className="menu"
            style={place}
            onKeyDown={(event) => moveFocus(event, list.current, close)}
            onClick={() => setPlace(undefined)}
          >
            {children}
          </div>,
          document.body,
        )}
    </>
  );
}

export function MenuItem({
  icon,
  isDangerous = false,
  onSelect,
  children,
}: {
  readonly icon: IconName;
  readonly isDangerous?: boolean;
  readonly onSelect: () => void;
  readonly children: ReactNode;
}) {
  return (
    <button
      type="button"
      role="menuitem"
      tabIndex={-1}
      className={isDangerous ? "menu-item is-dangerous" : "menu-item"}
      onClick={onSelect}
    >
      <Icon name={icon} />
      {children}
    </button>
  );
}

function itemsIn(list: HTMLElement | null): readonly HTMLElement[] {
  return [...(list?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
}

function moveFocus(event: KeyboardEvent, list: HTMLElement | null, close: () => void): void {
  const items = itemsIn(list);
  const focused = document.activeElement;
  const at = focused instanceof HTMLElement ? items.indexOf(focused) : -1;
  const next: Readonly<Record<string, number>> = {
    ArrowDown: (at + 1) % items.length,
    ArrowUp: (at - 1 + items.length) % items.length,
    Home: 0,
    End: items.length - 1,
  };
  const to = next[event.key];
  if (event.key === "Escape" || event.key === "Tab") close();
  else if (to === undefined) return;
  else items[to]?.focus();
  event.preventDefault();
  event.stopPropagation();
}
