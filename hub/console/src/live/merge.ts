// Events are hints and answers can overtake each other: what carries a version never goes backwards.
interface Versioned {
  id: string;
  updatedSeq: number;
}

interface Page<T> {
  items: T[];
}

export function newer<T extends Versioned>(old: T | undefined, next: T): T {
  return old && old.id === next.id && old.updatedSeq > next.updatedSeq ? old : next;
}

export function newerPage<T extends Versioned, P extends Page<T>>(old: P | undefined, next: P): P {
  if (!old) return next;
  const known = new Map(old.items.map((item) => [item.id, item]));
  return { ...next, items: next.items.map((item) => newer(known.get(item.id), item)) };
}

interface Sequenced {
  seq: number;
}

// Both in order of `seq`, each once.
export function mergeEvents<T extends Sequenced>(old: readonly T[], next: readonly T[]): T[] {
  const bySeq = new Map(old.map((event) => [event.seq, event]));
  for (const event of next) bySeq.set(event.seq, event);
  return [...bySeq.values()].sort((left, right) => left.seq - right.seq);
}

export interface Hint {
  kind: string;
  id: string;
  version: number;
}

// Collects hints so that the page changes at most four times a second; of several for one thing the newest counts.
export class HintBatch {
  private waiting = new Map<string, Hint>();

  add(hint: Hint) {
    const key = `${hint.kind}/${hint.id}`;
    const held = this.waiting.get(key);
    if (!held || held.version < hint.version) this.waiting.set(key, hint);
  }

  take(): Hint[] {
    const hints = [...this.waiting.values()];
    this.waiting.clear();
    return hints;
  }
}

// Undefined: not a hint we understand.
export function hintFrom(data: string): Hint | undefined {
  try {
    const { kind, id, version } = JSON.parse(data) as Record<string, unknown>;
    if (typeof kind === "string" && typeof id === "string" && typeof version === "number") return { kind, id, version };
  } catch {
    // Not JSON: ignored like any other message that is not for us.
  }
  return undefined;
}
