/** "system": as the computer has it. */
export type Theme = "system" | "light" | "dark";

const themeKey = "plush-theme";

export function readTheme(): Theme {
  const stored = localStorage.getItem(themeKey);
  return stored === "light" || stored === "dark" ? stored : "system";
}

export function setTheme(theme: Theme): void {
  if (theme === "system") localStorage.removeItem(themeKey);
  else localStorage.setItem(themeKey, theme);
  applyTheme();
}

/** Tells the style sheets. Canvases read their colours anew when `plush-theme` is dispatched on window. */
export function applyTheme(): void {
  const theme = readTheme();
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
  window.dispatchEvent(new Event("plush-theme"));
}
