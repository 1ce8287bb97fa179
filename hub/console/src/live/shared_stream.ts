import { Stream, type StreamSink } from "./stream";
import type { Message } from "./sse_parser";

// One stream for all tabs of this browser: HTTP/1.1 gives a browser six connections to a host, and a stream holds one for
// ever. The tab that holds the lock reads and passes on; when it closes, the next one takes over where it stopped.
// Without locks (plain HTTP on another name than localhost) each tab has a stream of its own.
const NAME = "depops-events";
const SILENCE = 45_000;

type Relay =
  | { type: "message"; message: Message }
  | { type: "alive"; lastId: string | null }
  | { type: "lost" }
  | { type: "hello" };

class Follower {
  lastId: string | null = null;
  private watchdog: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly sink: StreamSink) {}

  take(relay: Relay) {
    if (relay.type === "hello") return;
    if (relay.type === "lost") return this.silent();
    if (relay.type === "alive") this.lastId = relay.lastId;
    else {
      this.lastId = relay.message.id ?? this.lastId;
      this.sink.message(relay.message);
    }
    this.sink.alive();
    clearTimeout(this.watchdog);
    this.watchdog = setTimeout(() => this.silent(), SILENCE);
  }

  stop() {
    clearTimeout(this.watchdog);
  }

  private silent() {
    clearTimeout(this.watchdog);
    this.sink.lost();
  }
}

async function lead(channel: BroadcastChannel, sink: StreamSink, from: string | null, signal: AbortSignal) {
  let alive = false;
  const tell = (relay: Relay) => channel.postMessage(relay);
  const stream: Stream = new Stream(
    {
      message: (message) => (tell({ type: "message", message }), sink.message(message)),
      alive: () => ((alive = true), tell({ type: "alive", lastId: stream.lastId }), sink.alive()),
      lost: () => ((alive = false), tell({ type: "lost" }), sink.lost()),
    },
    from,
  );
  channel.onmessage = ({ data }: MessageEvent<Relay>) => {
    if (data.type === "hello" && alive) tell({ type: "alive", lastId: stream.lastId });
  };
  await stream.run(signal);
}

export function startSharedStream(sink: StreamSink): () => void {
  const control = new AbortController();
  const { signal } = control;
  if (!navigator.locks || !("BroadcastChannel" in window)) {
    void new Stream(sink).run(signal);
    return () => control.abort();
  }
  const channel = new BroadcastChannel(NAME);
  const follower = new Follower(sink);
  channel.onmessage = ({ data }: MessageEvent<Relay>) => follower.take(data);
  channel.postMessage({ type: "hello" } satisfies Relay);
  const turn = () => {
    follower.stop();
    return lead(channel, sink, follower.lastId, signal);
  };
  navigator.locks.request(NAME, { signal }, turn).catch(() => undefined);
  return () => {
    control.abort();
    follower.stop();
    channel.close();
  };
}
