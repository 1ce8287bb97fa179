export interface LiveStatus {
  word: "connecting" | "live" | "lost";
  since: number;
}

let status: LiveStatus = { word: "connecting", since: Date.now() };
const listeners = new Set<() => void>();

export const liveStatus = {
  get: () => status,
  subscribe: (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  become(word: LiveStatus["word"], now = Date.now()) {
    if (word === status.word) return;
    status = { word, since: now };
    listeners.forEach((listener) => listener());
  },
};
