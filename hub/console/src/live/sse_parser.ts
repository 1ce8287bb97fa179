// Server-sent events from a byte stream. Own instead of EventSource because that one hides comments, and without the
// heartbeat comments nobody can tell a quiet stream from a dead one.
export interface Message {
  event: string;
  data: string;
  id: string | null;
}

export class SseParser {
  private rest = "";
  private event = "";
  private data: string[] = [];
  private id: string | null = null;

  // The messages that `text` completes. Comments and unfinished lines give none.
  push(text: string): Message[] {
    const lines = (this.rest + text).split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop() ?? "";
    return lines.flatMap((line) => this.line(line));
  }

  private line(line: string): Message[] {
    if (line === "") return this.dispatch();
    if (line.startsWith(":")) return [];
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") this.event = value;
    else if (field === "data") this.data.push(value);
    else if (field === "id") this.id = value;
    return [];
  }

  private dispatch(): Message[] {
    const { event, data, id } = this;
    this.event = "";
    this.data = [];
    return data.length === 0 ? [] : [{ event: event || "message", data: data.join("\n"), id }];
  }
}
