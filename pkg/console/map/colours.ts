/** Colours of the style sheets by their names, for canvases; read anew when the theme changes. */
export class Colours {
  readonly #style: CSSStyleDeclaration;
  readonly #known = new Map<string, string>();

  constructor(element: Element) {
    // Live: it always tells what holds now.
    this.#style = getComputedStyle(element);
  }

  /** `name`: "--good". */
  of(name: string): string {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const colour = this.#style.getPropertyValue(name).trim() || "gray";
    this.#known.set(name, colour);
    return colour;
  }

  get font(): string {
    return this.#style.fontFamily;
  }

  forget(): void {
    this.#known.clear();
  }
}

/** Calls `change` whenever colours may be others, until the returned function is called. */
export function onThemeChange(change: () => void): () => void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", change);
  window.addEventListener("plush-theme", change);
  return () => {
    system.removeEventListener("change", change);
    window.removeEventListener("plush-theme", change);
  };
}
