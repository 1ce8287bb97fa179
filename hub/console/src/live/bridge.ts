import type { QueryClient } from "@tanstack/react-query";
import { HintBatch, hintFrom, type Hint } from "./merge";
import { startSharedStream } from "./shared_stream";
import { liveStatus } from "./status";

// Turns hints into fresh reads: at most four times a second, only of what is on the page, and a deployment only when the
// page has not seen that version yet.
const TICK = 250;

interface Held {
  updatedSeq?: number;
}

const listsOf: Record<string, string[]> = {
  deployment: ["deployments", "services", "sites"],
  site: ["sites", "site", "hub"],
  service: ["services"],
  environment: ["environments"],
};

export function refresh(client: QueryClient, hints: readonly Hint[]) {
  const stale = new Set<string>();
  for (const hint of hints) {
    for (const list of listsOf[hint.kind] ?? []) stale.add(list);
    if (hint.kind !== "deployment") continue;
    const held = client.getQueryData<Held>(["deployment", hint.id]);
    if (!held || (held.updatedSeq ?? 0) < hint.version) {
      void client.invalidateQueries({ queryKey: ["deployment", hint.id] });
      void client.invalidateQueries({ queryKey: ["deployment-events", hint.id] });
    }
  }
  for (const list of stale) void client.invalidateQueries({ queryKey: [list] });
}

export function startLiveUpdates(client: QueryClient): () => void {
  const batch = new HintBatch();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    timer = undefined;
    refresh(client, batch.take());
  };
  let everLost = false;
  const stopStream = startSharedStream({
    message({ event, data }) {
      if (event === "resync") return void client.invalidateQueries();
      const hint = event === "change" ? hintFrom(data) : undefined;
      if (!hint) return;
      batch.add(hint);
      timer ??= setTimeout(flush, TICK);
    },
    alive() {
      if (everLost && liveStatus.get().word === "lost") void client.invalidateQueries();
      liveStatus.become("live");
    },
    lost() {
      everLost = true;
      liveStatus.become("lost");
    },
  });
  const onVisible = () => {
    if (document.visibilityState === "visible") void client.invalidateQueries();
  };
  document.addEventListener("visibilitychange", onVisible);
  return () => {
    stopStream();
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", onVisible);
    liveStatus.become("connecting");
  };
}
