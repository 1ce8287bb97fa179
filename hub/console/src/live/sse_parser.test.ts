import { describe, expect, it } from "vitest";
import { SseParser } from "./sse_parser";

const stream = ': heartbeat\n\nevent: change\nid: 41\ndata: {"a":1}\n\nevent: resync\nid: 42\ndata: {}\n\n';
const expected = [
  { event: "change", data: '{"a":1}', id: "41" },
  { event: "resync", data: "{}", id: "42" },
];

describe("event stream", () => {
  it("is read the same however it is cut", () => {
    for (let size = 1; size <= stream.length; ++size) {
      const parser = new SseParser();
      const messages = [];
      for (let at = 0; at < stream.length; at += size) messages.push(...parser.push(stream.slice(at, at + size)));
      expect(messages).toEqual(expected);
    }
  });

  it("knows all three line ends", () => {
    for (const end of ["\n", "\r\n", "\r"]) {
      const parser = new SseParser();
      expect([...parser.push(stream.replaceAll("\n", end)), ...parser.push("\n")]).toEqual(expected);
    }
  });

  it("keeps the id for messages that bring none, and joins data lines", () => {
    const parser = new SseParser();
    parser.push("id: 7\ndata: x\n\n");
    expect(parser.push("data: y\ndata: z\n\n")).toEqual([{ event: "message", data: "y\nz", id: "7" }]);
  });

  it("gives nothing for comments and for an event without data", () => {
    expect(new SseParser().push(": hello\n\nevent: change\n\n")).toEqual([]);
  });
});
