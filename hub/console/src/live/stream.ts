import { SseParser, type Message } from "./sse_parser";

// Keeps one event stream open: resumes after the last id, gives up on a stream that is silent for 40 s (the hub sends a
// comment every 15 s), waits longer after each failure, with jitter so that a hub that comes back is not run over.
const SILENCE = 40_000;
const BACKOFF_CAP = 15_000;

export interface StreamSink {
  message(message: Message): void;
  alive(): void;
  lost(): void;
}

const wait = (span: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, span);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });

export class Stream {
  lastId: string | null;
  private failures = 0;

  constructor(
    private readonly sink: StreamSink,
    lastId: string | null = null,
  ) {
    this.lastId = lastId;
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.once(signal);
      if (signal.aborted) return;
      this.sink.lost();
      const ceiling = Math.min(BACKOFF_CAP, 500 * 2 ** this.failures++);
      await wait(ceiling * (0.5 + Math.random() / 2), signal);
    }
  }

  // Ends when the connection does, however that happens.
  private async once(outer: AbortSignal): Promise<void> {
    const inner = new AbortController();
    const stop = () => inner.abort();
    outer.addEventListener("abort", stop, { once: true });
    let watchdog = setTimeout(stop, SILENCE);
    const seen = () => {
      clearTimeout(watchdog);
      watchdog = setTimeout(stop, SILENCE);
      this.failures = 0;
      this.sink.alive();
    };
    try {
      await this.read(inner.signal, seen);
    } catch {
      // Refused, cut or silent: all the same to the reader, the loop tries again.
    } finally {
      clearTimeout(watchdog);
      outer.removeEventListener("abort", stop);
      inner.abort();
    }
  }

  private async read(signal: AbortSignal, seen: () => void): Promise<void> {
    const headers: Record<string, string> = { Accept: "text/event-stream" };
    if (this.lastId !== null) headers["Last-Event-ID"] = this.lastId;
    const response = await fetch("/api/v1/events", { headers, signal, cache: "no-store" });
    if (!response.ok || !response.body) return;
    seen();
    const parser = new SseParser();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      seen();
      for (const message of parser.push(part.value)) {
        if (message.id !== null) this.lastId = message.id;
        this.sink.message(message);
      }
    }
  }
}
