/** Runs `doing`, in which xterm makes its style elements: they carry the page's nonce, without which the policy refuses them. */
export function whileStylesHaveNonce(nonce: string | undefined, doing: () => void): void {
  const create = document.createElement.bind(document);
  const made = (name: string, options?: ElementCreationOptions): HTMLElement => {
    const element = create(name, options);
    if (name === "style" && nonce !== undefined) element.nonce = nonce;
    return element;
  };
  // An own property hides the prototype's method until it is deleted. xterm has an option for a document, and does not always ask it.
  document.createElement = made as Document["createElement"];
  try {
    doing();
  } finally {
    Reflect.deleteProperty(document, "createElement");
  }
}

/**
 * From now on a span's style attribute is set by the object model, which has the same effect and is refused by no policy: xterm writes
 * colours into it that are in no palette.
 */
export function setSpanStylesByObject(): void {
  const { prototype } = HTMLSpanElement;
  if (Object.hasOwn(prototype, "setAttribute")) return;
  prototype.setAttribute = function (name: string, value: string): void {
    if (name === "style") this.style.cssText = value;
    else Element.prototype.setAttribute.call(this, name, value);
  };
}
