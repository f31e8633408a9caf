import type { Terminal as Xterm } from "@xterm/xterm";
import { onThemeChange } from "../map/colours.ts";
import { setSpanStylesByObject, whileStylesHaveNonce } from "./terminal-styles.ts";

export interface OpenTerminal {
  readonly xterm: Xterm;
  close(): void;
}

/** Puts a terminal into an element, as large as that is, in the page's colours. Its code is loaded when the first one is opened. */
export async function openTerminal(
  element: HTMLElement,
  label: string,
  nonce: string | undefined,
): Promise<OpenTerminal> {
  const [{ Terminal }, { FitAddon }] = await Promise.all([import("@xterm/xterm"), import("@xterm/addon-fit")]);
  const style = getComputedStyle(element);
  const xterm = new Terminal({
    fontFamily: style.getPropertyValue("--mono"),
    fontSize: 13,
    cursorBlink: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    screenReaderMode: false,
    scrollback: 10_000,
    theme: themeOf(style),
  });
  const fit = new FitAddon();
  xterm.loadAddon(fit);
  setSpanStylesByObject();
  whileStylesHaveNonce(nonce, () => xterm.open(element));
  xterm.textarea?.setAttribute("aria-label", label);
  const watching = new ResizeObserver(() => fit.fit());
  watching.observe(element);
  fit.fit();
  const leave = onThemeChange(() => {
    xterm.options.theme = themeOf(style);
  });
  return {
    xterm,
    close: () => {
      leave();
      watching.disconnect();
      xterm.dispose();
    },
  };
}

function themeOf(style: CSSStyleDeclaration) {
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  return {
    background: colour("--surface"),
    foreground: colour("--text"),
    cursor: colour("--accent"),
    cursorAccent: colour("--surface"),
    selectionBackground: colour("--accent-soft"),
    ...{ red: colour("--bad"), green: colour("--good"), yellow: colour("--warn"), blue: colour("--busy") },
    ...{ magenta: colour("--accent"), cyan: colour("--series-1"), white: colour("--text-soft") },
    brightBlack: colour("--text-soft"),
    ...{ brightRed: colour("--bad"), brightGreen: colour("--good"), brightYellow: colour("--warn") },
    ...{ brightBlue: colour("--busy"), brightMagenta: colour("--accent"), brightCyan: colour("--series-1") },
    brightWhite: colour("--text"),
  };
}
