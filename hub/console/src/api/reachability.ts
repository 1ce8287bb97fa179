// Whether the hub answers, told by every request that comes back or does not.
export interface Reachability {
  lostAt: number | null;
  tries: number;
  lastGoodAt: number | null;
  clockAhead: number; // ms that the hub's clock is ahead of this browser's
}

let state: Reachability = { lostAt: null, tries: 0, lastGoodAt: null, clockAhead: 0 };
const listeners = new Set<() => void>();

function become(next: Reachability) {
  state = next;
  listeners.forEach((listener) => listener());
}

// A Date header has whole seconds: small differences are rounding, not a wrong clock.
function clockDifference(dateHeader: string | null, now: number): number {
  const hub = dateHeader ? Date.parse(dateHeader) : Number.NaN;
  return Number.isNaN(hub) || Math.abs(hub - now) < 2000 ? 0 : hub - now;
}

export const reachability = {
  get: () => state,
  subscribe: (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  answered(dateHeader: string | null, now = Date.now()) {
    const clockAhead = clockDifference(dateHeader, now);
    const wasLost = state.lostAt !== null;
    const moved = Math.abs(clockAhead - state.clockAhead) > 2000;
    if (wasLost || moved) become({ lostAt: null, tries: 0, lastGoodAt: now, clockAhead });
    else state = { ...state, lastGoodAt: now };
  },
  failed(now = Date.now()) {
    become({ ...state, lostAt: state.lostAt ?? now, tries: state.tries + 1 });
  },
};
