import { useId, type ReactNode } from "react";
import { Link, useLocation, useSearchParams } from "wouter";

// Filters and pages are in the address: a link shows what its sender saw. The hub does the work.
export function Filters({ children }: { children: ReactNode }) {
  return (
    <div className="filters" role="search" aria-label="Filters">
      {children}
    </div>
  );
}

interface ChoiceProps {
  name: string;
  label: string;
  every: string;
  options: ReadonlyArray<readonly [value: string, word: string]>;
}

export function Choice({ name, label, every, options }: ChoiceProps) {
  const [search, setSearch] = useSearchParams();
  const id = useId();
  const value = search.get(name) ?? "";
  const known = value === "" || options.some(([option]) => option === value);
  const choose = (next: string) =>
    setSearch((held) => {
      held.delete("pageToken");
      if (next) held.set(name, next);
      else held.delete(name);
      return held;
    });
  return (
    <span className="choice">
      <label htmlFor={id} className="visually-hidden">{label}</label>
      <select id={id} data-filter value={value} className={value ? "chosen" : ""} onChange={(event) => choose(event.target.value)}>
        <option value="">{every}</option>
        {!known && <option value={value}>{value}</option>}
        {options.map(([option, word]) => (
          <option key={option} value={option}>{word}</option>
        ))}
      </select>
    </span>
  );
}

export function Pager({ next }: { next: string | undefined }) {
  const [path] = useLocation();
  const [search] = useSearchParams();
  const to = (token: string | null) => {
    const query = new URLSearchParams(search);
    if (token) query.set("pageToken", token);
    else query.delete("pageToken");
    return query.size > 0 ? `${path}?${query}` : path;
  };
  const onLaterPage = search.has("pageToken");
  if (!next && !onLaterPage) return null;
  return (
    <nav className="pager" aria-label="Pages">
      {onLaterPage && <Link href={to(null)} className="button">First page</Link>}
      {next && <Link href={to(next)} className="button">Next page</Link>}
    </nav>
  );
}
