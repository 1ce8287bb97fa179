import type { Shape } from "../words/state";

// Our own line icons on a 16-px grid. They never stand alone: a word is always beside them, so they are hidden from
// assistive technology.
export type IconName = Shape | "weight" | "analysis" | "search" | "close" | "sun" | "moon" | "help" | "leave" | "copy" | "next";

const paths: Record<IconName, string> = {
  check: "M3 8.5l3.2 3.2L13 4.8",
  play: "M5 3.5v9l7-4.5z",
  clock: "M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 0 0 8 2.2zM8 5v3.2l2.2 1.4",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  back: "M6 3.5L2.5 7 6 10.5M2.8 7H9.5a4 4 0 0 1 0 6H7",
  cross: "M4 4l8 8M12 4l-8 8",
  stop: "M4 4h8v8H4z",
  dash: "M3.5 8h9",
  link: "M6.5 9.5l3-3M7 4.8l1.4-1.4a3 3 0 0 1 4.2 4.2L11.2 9M9 11.2l-1.4 1.4a3 3 0 0 1-4.2-4.2L4.8 7",
  cut: "M9.8 3a3 3 0 0 1 3 4.8M6.2 13a3 3 0 0 1-3-4.8M2.5 2.5l11 11",
  alert: "M8 2.5l6 10.8H2zM8 6.5v3M8 11.4v.2",
  weight: "M2.5 12.5V9.8M6.2 12.5V7.6M9.8 12.5V5.4M13.5 12.5V3.2",
  analysis: "M2 11l3.2-4 2.6 2.4L11 4.5l3 2.5M2 13.8h12",
  search: "M7 2.8a4.2 4.2 0 1 0 0 8.4 4.2 4.2 0 0 0 0-8.4zM10.2 10.2l3.3 3.3",
  close: "M4 4l8 8M12 4l-8 8",
  sun: "M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6zM8 1.2v1.6M8 13.2v1.6M1.2 8h1.6M13.2 8h1.6M3.2 3.2l1.1 1.1M11.7 11.7l1.1 1.1M3.2 12.8l1.1-1.1M11.7 4.3l1.1-1.1",
  moon: "M13 9.6A5.6 5.6 0 0 1 6.4 3a5.6 5.6 0 1 0 6.6 6.6z",
  help: "M5.8 6.2a2.2 2.2 0 1 1 3.2 2c-.7.4-1 .8-1 1.6M8 12.2v.2",
  leave: "M6.5 2.8h-3v10.4h3M7 8h6.5M11 5.5L13.5 8 11 10.5",
  copy: "M5.5 5.5h7.3v7.3H5.5zM3.2 10.2V3.2h7",
  next: "M6 3.5L10.5 8 6 12.5",
};

export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg className="icon" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}
