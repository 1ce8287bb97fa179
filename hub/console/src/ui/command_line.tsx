import { useState } from "react";
import { Icon } from "./icons";

// The same thing on the command line, to copy.
export function CommandLine({ text }: { text: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard?.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <div className="command-line">
      <code>{text}</code>
      <button type="button" className="quiet-button" onClick={() => void copy()}>
        <Icon name={copied ? "check" : "copy"} /> {copied ? "Copied" : "Copy"}
      </button>
    </div>
  );
}
