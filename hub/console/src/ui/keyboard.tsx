import { useEffect, useState } from "react";
import { navigate } from "wouter/use-browser-location";
import { Dialog } from "./dialog";

const shortcuts: ReadonlyArray<readonly [string, string]> = [
  ["g s", "Go to sites"],
  ["g d", "Go to deployments"],
  ["/", "Go to the filter"],
  ["j  k", "Next, previous row"],
  ["Enter", "Open the row"],
  ["Esc", "Close, or leave the filter"],
  ["?", "This list"],
];

const goTo: Record<string, string> = { s: "/sites", d: "/deployments" };
const CHORD = 1500; // ms in which the second key of "g s" must follow

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName));
}

function moveRow(by: 1 | -1) {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-row-link]")];
  const at = rows.findIndex((row) => row === document.activeElement);
  const next = at < 0 ? (by === 1 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by));
  rows[next]?.focus();
}

function focusFilter() {
  document.querySelector<HTMLElement>("[data-filter]")?.focus();
}

interface Keys {
  openHelp: () => void;
}

function makeHandler({ openHelp }: Keys) {
  let chordAt = 0;
  const plain: Record<string, () => void> = {
    j: () => moveRow(1),
    k: () => moveRow(-1),
    "/": focusFilter,
    "?": openHelp,
  };
  return (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.key === "Escape" && document.activeElement instanceof HTMLElement) return document.activeElement.blur();
    if (isTyping(event.target)) return;
    const path = Date.now() - chordAt < CHORD ? goTo[event.key] : undefined;
    chordAt = event.key === "g" ? Date.now() : 0;
    const run = path ? () => navigate(path) : plain[event.key];
    if (!run) return;
    event.preventDefault();
    run();
  };
}

// Single-key shortcuts can be switched off (WCAG 2.1.4); the choice is kept in this browser.
const KEEP = "depops.shortcuts";
function readOn(): boolean {
  try {
    return localStorage.getItem(KEEP) !== "off";
  } catch {
    return true;
  }
}

export function useShortcuts(openHelp: () => void) {
  const [on, setOn] = useState(readOn);
  useEffect(() => {
    if (!on) return;
    const handler = makeHandler({ openHelp });
    document.addEventListener("keydown", handler);
    return () => document.removeEventListener("keydown", handler);
  }, [on, openHelp]);
  const turn = (next: boolean) => {
    setOn(next);
    try {
      localStorage.setItem(KEEP, next ? "on" : "off");
    } catch {
      // Storage is off: the choice holds until the page is closed.
    }
  };
  return { on, turn };
}

export function ShortcutsDialog(props: { on: boolean; turn: (on: boolean) => void; onClose: () => void }) {
  return (
    <Dialog title="Keyboard" onClose={props.onClose}>
      <dl className="shortcuts">
        {shortcuts.map(([keys, meaning]) => (
          <div key={keys}>
            <dt>{keys.split(" ").filter(Boolean).map((key) => <kbd key={key}>{key}</kbd>)}</dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <label className="check">
        <input type="checkbox" checked={props.on} onChange={(event) => props.turn(event.target.checked)} />
        Single-key shortcuts
      </label>
    </Dialog>
  );
}
