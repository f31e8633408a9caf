import { Suspense, useEffect, useState } from "react";
import { HistoryButton, TimeSlider } from "../history/time-slider.tsx";
import { paletteTexts } from "../texts/palette.ts";
import { shellTexts as texts } from "../texts/shell.ts";
import { Dialogs } from "../ui/dialog.tsx";
import { Icon } from "../ui/icon.tsx";
import { Notices } from "../ui/notices.tsx";
import { ConnectionBanner } from "./connection-banner.tsx";
import { ErrorBoundary } from "./error-boundary.tsx";
import { FirstRunOffer } from "./first-run.tsx";
import { NamespacePicker } from "./namespace-picker.tsx";
import { NavEntry } from "./nav-entry.tsx";
import { findPage, pages } from "./pages.ts";
import { openPalette, useKeys } from "./palette/keys.tsx";
import { Link } from "./router.tsx";
import { readTheme, setTheme, type Theme } from "./theme.ts";

const groups = ["see", "do", "more"] as const;

/** What stands around every page: navigation, what hangs over it, and the page itself. */
export function Shell({ path, onLeave }: { readonly path: string; readonly onLeave: (() => void) | undefined }) {
  const found = findPage(path);
  useKeys();
  const [isOpen, setOpen] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: who arrives somewhere has chosen
  useEffect(() => setOpen(false), [path]);
  return (
    <div className="shell">
      <a className="skip" href="#page">
        {texts.skip}
      </a>
      <header className="topbar">
        <button
          type="button"
          className="icon-button menu-button"
          aria-label={texts.menu}
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          <Icon name="menu" />
        </button>
        <Link to="/map" className="brand">
          <Icon name="brand" />
          <span>{texts.product}</span>
        </Link>
        <NamespacePicker />
        <span className="spacer" />
        <button
          type="button"
          className="icon-button"
          aria-label={paletteTexts.open}
          title={paletteTexts.open}
          onClick={openPalette}
        >
          <Icon name="search" />
        </button>
        <HistoryButton />
        <ThemeButton />
        {onLeave !== undefined && (
          <button type="button" className="icon-button" aria-label={texts.leave} title={texts.leave} onClick={onLeave}>
            <Icon name="leave" />
          </button>
        )}
      </header>
      <div className="banners">
        <ConnectionBanner />
        <FirstRunOffer path={path} />
      </div>
      <nav className={isOpen ? "sidebar is-open" : "sidebar"} aria-label={texts.navigation}>
        {groups.map((group) => (
          <ul key={group}>
            {pages.map(({ pattern, entry }) =>
              entry?.group === group ? <NavEntry key={pattern} pattern={pattern} entry={entry} path={path} /> : null,
            )}
          </ul>
        ))}
      </nav>
      <div className="content">
        <main id="page" className="page" tabIndex={-1}>
          <ErrorBoundary key={path}>
            <Suspense fallback={<div className="loading" role="status" aria-label={texts.loading} />}>
              {found === undefined ? (
                <p className="empty">{texts.noSuchPage(path)}</p>
              ) : (
                <found.page {...found.parameters} />
              )}
            </Suspense>
          </ErrorBoundary>
        </main>
        <TimeSlider />
      </div>
      <Notices />
      <Dialogs />
    </div>
  );
}

const nextTheme: Readonly<Record<Theme, Theme>> = { system: "light", light: "dark", dark: "system" };

function ThemeButton() {
  const [theme, show] = useState(readTheme);
  const change = (): void => {
    setTheme(nextTheme[theme]);
    show(nextTheme[theme]);
  };
  const text = texts.theme[theme];
  return (
    <button type="button" className="icon-button" aria-label={text} title={text} onClick={change}>
      <Icon name={theme} />
    </button>
  );
}
