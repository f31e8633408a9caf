/**
 * The page's document as xterm may have it under a strict content security policy: the style elements that it makes carry the
 * page's nonce, and what it writes into style attributes goes by the object model, which no policy refuses.
 */
export function documentWithNonce(page: Document, nonce: string | undefined): Document {
  const createElement = makerOf(page, nonce);
  return new Proxy(page, {
    get(target, name) {
      if (name === "createElement") return createElement;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
    set: (target, name, value) => Reflect.set(target, name, value, target),
  });
}

/** Runs `doing` while everybody's elements are made so: one part of xterm asks no other document than the page's own. */
export function whileElementsHaveNonce(page: Document, nonce: string | undefined, doing: () => void): void {
  const made = makerOf(page, nonce);
  // An own property hides the prototype's method until it is deleted.
  page.createElement = made as Document["createElement"];
  try {
    doing();
  } finally {
    Reflect.deleteProperty(page, "createElement");
  }
}

function makerOf(
  page: Document,
  nonce: string | undefined,
): (name: string, options?: ElementCreationOptions) => Element {
  const create = page.createElement.bind(page);
  return (name, options) => {
    const element = create(name, options);
    if (name === "style" && nonce !== undefined) element.nonce = nonce;
    if (name === "span") setStylesByObject(element);
    return element;
  };
}

function setStylesByObject(element: HTMLElement): void {
  const setAttribute = element.setAttribute.bind(element);
  element.setAttribute = (name, value) => {
    if (name === "style") element.style.cssText = value;
    else setAttribute(name, value);
  };
}
