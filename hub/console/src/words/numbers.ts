const thin = "\u202f";

export function count(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+(?!\d))/g, thin);
}

export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

// A share of requests as percent, with as many digits as it deserves: "20 %", "0.42 %", "0 %".
export function share(part: number, whole: number): string {
  if (whole === 0) return "–";
  const percent = (100 * part) / whole;
  const digits = percent === 0 || percent >= 10 ? 0 : percent >= 1 ? 1 : 2;
  return `${Number(percent.toFixed(digits))} %`;
}

// Evidence is a factor: "0.31 : 1", "12 : 1", "4 210 : 1".
export function odds(value: number): string {
  if (value >= 1e6) return `${value.toExponential(1).replace("e+", " × 10^")} : 1`;
  if (value >= 10) return `${count(value)} : 1`;
  return `${Number(value.toFixed(2))} : 1`;
}

// Where evidence stands on the way to its limit, 0..1, on a logarithmic scale from 1 : 1 (nothing known) to the limit.
export function evidencePosition(value: number, limit: number): number {
  if (limit <= 1 || value <= 1) return 0;
  return Math.min(1, Math.log(value) / Math.log(limit));
}
