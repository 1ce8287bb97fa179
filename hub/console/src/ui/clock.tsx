import { useSyncExternalStore } from "react";
import { reachability } from "../api/reachability";
import { ago, between, stamp } from "../words/time";

// One timer for every age on the page. The hub's clock counts: its facts carry its time.
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function tick() {
  now = Date.now();
  listeners.forEach((listener) => listener());
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  if (timer === undefined) {
    now = Date.now();
    timer = setInterval(tick, 1000);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

export function useNow(): number {
  const local = useSyncExternalStore(subscribe, () => now);
  return local + reachability.get().clockAhead;
}

export function Ago({ at }: { at: string | undefined }) {
  const current = useNow();
  if (!at) return <span className="quiet">never</span>;
  return (
    <time className="age" dateTime={at} title={`${stamp(at)} · ${at}`}>
      {ago(at, current)}
    </time>
  );
}

export function Took({ from, to }: { from: string; to?: string }) {
  return <span className="number">{between(from, to, useNow())}</span>;
}
