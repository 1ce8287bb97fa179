import { useEffect, useState } from "react";

// The one polite live region. At most one announcement every five seconds; of several the last counts.
const PACE = 5000;
type Listener = (text: string) => void;
let listener: Listener | undefined;
let waiting: string | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;

function speak() {
  timer = undefined;
  if (waiting === undefined) return;
  listener?.(waiting);
  waiting = undefined;
  timer = setTimeout(speak, PACE);
}

export function announce(text: string) {
  waiting = text;
  if (timer === undefined) speak();
}

export function Announcer() {
  const [text, setText] = useState("");
  useEffect(() => {
    listener = setText;
    return () => {
      listener = undefined;
    };
  }, []);
  return (
    <div className="visually-hidden" role="status" aria-live="polite">
      {text}
    </div>
  );
}
