import type { Site } from "../api/client";
import type { Look } from "./state";

// Whether a site may take part, beside how it is. A site can be several of these at once; the gravest comes first.
export interface Standing {
  look: Look;
  means: string; // what it is cut off from
  at?: string;
  by?: string;
  reason?: string;
  command: string; // what ends it
}

type Facts = Pick<Site, "name" | "revoked" | "cordoned" | "waitsForAdmission">;

const revokedLook: Look = { word: "Revoked", tone: "bad", shape: "cross" };
const cordonedLook: Look = { word: "Cordoned", tone: "wait", shape: "stop" };
const waitsLook: Look = { word: "Waits to be admitted", tone: "wait", shape: "clock" };

export function standingOf({ name, revoked, cordoned, waitsForAdmission }: Facts): Standing[] {
  const found: Standing[] = [];
  if (revoked)
    found.push({
      look: revokedLook, means: "Nothing counts any longer that comes from it. It comes back enrolled anew:", ...revoked,
      command: `depops site reenroll ${name}`,
    });
  if (cordoned)
    found.push({
      look: cordonedLook, means: "Nothing new begins here; going back is free. To end it:", ...cordoned,
      command: `depops site uncordon ${name}`,
    });
  if (waitsForAdmission)
    found.push({
      look: waitsLook, means: "Somebody with its token asks to be this site. Compare the words that stand there, then:",
      command: `depops site admit ${name} --words "..."`,
    });
  return found;
}
