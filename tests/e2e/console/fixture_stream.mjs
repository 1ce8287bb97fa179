// Server-sent events with ids, a short memory and resync, as the hub does it.
const MEMORY = 50;

export class EventStream {
  open_ = new Set();
  past = []; // [{id, text}], oldest first
  resumedFrom = []; // the Last-Event-ID of each connection that had one
  opened = 0;

  open(request, response) {
    response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
    response.write(": welcome\n\n");
    this.opened++;
    this.open_.add(response);
    response.on("close", () => this.open_.delete(response));
    const last = request.headers["last-event-id"];
    if (last !== undefined) this.resume(Number(last), response);
  }

  resume(last, response) {
    this.resumedFrom.push(last);
    const oldest = this.past[0]?.id ?? 0;
    if (last + 1 < oldest) return response.write(`event: resync\nid: ${this.past.at(-1).id}\ndata: {}\n\n`);
    for (const { id, text } of this.past) if (id > last) response.write(text);
    return undefined;
  }

  publish(change) {
    const text = `event: change\nid: ${change.version}\ndata: ${JSON.stringify(change)}\n\n`;
    this.past.push({ id: change.version, text });
    this.past = this.past.slice(-MEMORY);
    for (const response of this.open_) response.write(text);
  }

  forget() {
    this.past = this.past.slice(-1);
  }

  dropAll() {
    for (const response of this.open_) response.destroy();
    this.open_.clear();
  }
}
