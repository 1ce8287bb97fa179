import { useCallback, useState, type ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { useQueryClient } from "@tanstack/react-query";
import { api, ask } from "../api/client";
import { Announcer } from "./announcer";
import { AlarmBanners, HubBanner, LiveMark, useReachability } from "./banners";
import { Icon } from "./icons";
import { ShortcutsDialog, useShortcuts } from "./keyboard";
import { useTheme } from "./theme";

const places = [
  { path: "/sites", word: "Sites" },
  { path: "/deployments", word: "Deployments" },
] as const;

function Places() {
  const [location] = useLocation();
  return (
    <nav aria-label="Main" className="places">
      {places.map(({ path, word }) => (
        <Link key={path} href={path} aria-current={location.startsWith(path) ? "page" : undefined}>
          {word}
        </Link>
      ))}
    </nav>
  );
}

function SignOut() {
  const client = useQueryClient();
  const leave = async () => {
    await ask(api.DELETE("/api/v1/sessions/current")).catch(() => undefined);
    client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "me" });
    await client.resetQueries({ queryKey: ["me"] });
  };
  return (
    <button type="button" className="icon-button" aria-label="Sign out" title="Sign out" onClick={() => void leave()}>
      <Icon name="leave" />
    </button>
  );
}

function ThemeButton() {
  const { shown, flip } = useTheme();
  const word = shown === "dark" ? "Light theme" : "Dark theme";
  return (
    <button type="button" className="icon-button" aria-label={word} title={word} onClick={flip}>
      <Icon name={shown === "dark" ? "sun" : "moon"} />
    </button>
  );
}

export function Mark() {
  return <img src="/mark.svg" width="24" height="24" alt="" />;
}

export function Shell({ children }: { children: ReactNode }) {
  const [help, setHelp] = useState(false);
  const openHelp = useCallback(() => setHelp(true), []);
  const { on, turn } = useShortcuts(openHelp);
  const stale = useReachability().lostAt !== null;
  return (
    <>
      <a className="skip-link" href="#content">
        Skip to content
      </a>
      <header className="top">
        <Link href="/deployments" className="brand">
          <Mark /> DepOps
        </Link>
        <Places />
        <div className="top-end">
          <LiveMark />
          <ThemeButton />
          <button type="button" className="icon-button" aria-label="Keyboard shortcuts" title="Keyboard (?)" onClick={openHelp}>
            <Icon name="help" />
          </button>
          <SignOut />
        </div>
      </header>
      <HubBanner />
      <AlarmBanners />
      <main id="content" tabIndex={-1} className={stale ? "stale" : undefined}>
        {children}
      </main>
      <Announcer />
      {help && <ShortcutsDialog on={on} turn={turn} onClose={() => setHelp(false)} />}
    </>
  );
}
