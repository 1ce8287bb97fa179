// Words for spans and moments. Spans are in milliseconds; moments are the API's RFC 3339 texts.
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

// One unit, for "how old": "now", "12 s", "3 min", "5 h", "2 d".
export function age(span: number): string {
  if (span < SECOND) return "now";
  if (span < MINUTE) return `${Math.floor(span / SECOND)} s`;
  if (span < HOUR) return `${Math.floor(span / MINUTE)} min`;
  if (span < DAY) return `${Math.floor(span / HOUR)} h`;
  return `${Math.floor(span / DAY)} d`;
}

export function ago(moment: string | undefined, now: number): string {
  if (!moment) return "never";
  const span = now - Date.parse(moment);
  return span < SECOND ? "now" : `${age(span)} ago`;
}

// Two units, for "how long": "840 ms", "4.2 s", "3 min 20 s", "2 h 5 min".
export function duration(span: number): string {
  if (span < SECOND) return `${Math.max(0, Math.round(span))} ms`;
  if (span < 10 * SECOND) return `${Number((span / SECOND).toFixed(1))} s`;
  const [big, small, bigWord, smallWord] =
    span < MINUTE ? [span, 0, "", ""] : span < HOUR ? [MINUTE, SECOND, "min", "s"] : span < DAY
      ? [HOUR, MINUTE, "h", "min"]
      : [DAY, HOUR, "d", "h"];
  if (!bigWord) return `${Math.floor(span / SECOND)} s`;
  const rest = Math.floor((span % big) / small);
  return rest ? `${Math.floor(span / big)} ${bigWord} ${rest} ${smallWord}` : `${Math.floor(span / big)} ${bigWord}`;
}

export function between(from: string, to: string | undefined, now: number): string {
  return duration(Math.max(0, (to ? Date.parse(to) : now) - Date.parse(from)));
}

const two = (part: number) => String(part).padStart(2, "0");

function zoneOf(date: Date): string {
  const minutes = -date.getTimezoneOffset();
  if (minutes === 0) return "UTC";
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "−" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

export function clockTime(moment: string): string {
  const date = new Date(moment);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

// The viewer's own time, with its zone: "2026-12-08 14:00:05 +01:00".
export function stamp(moment: string): string {
  const date = new Date(moment);
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${clockTime(moment)} ${zoneOf(date)}`;
}
