import { useState } from "react";

// The system decides until somebody chooses; public/theme.js applies the choice before the first paint.
type Theme = "light" | "dark";

function current(): Theme {
  const chosen = document.documentElement.dataset.theme;
  if (chosen === "light" || chosen === "dark") return chosen;
  return window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

export function useTheme() {
  const [shown, setShown] = useState<Theme>(current);
  const flip = () => {
    const next: Theme = shown === "dark" ? "light" : "dark";
    document.documentElement.dataset.theme = next;
    setShown(next);
    try {
      localStorage.setItem("depops.theme", next);
    } catch {
      // Storage is off: the choice holds until the page is closed.
    }
  };
  return { shown, flip };
}
