import { useEffect, useState, type ReactNode } from "react";

interface PageHeadProps {
  title: string;
  documentTitle?: string;
  above?: ReactNode;
  children?: ReactNode;
}

export function PageHead({ title, documentTitle, above, children }: PageHeadProps) {
  useEffect(() => {
    document.title = `${documentTitle ?? title} · DepOps`;
  }, [title, documentTitle]);
  return (
    <header className="page-head">
      {above}
      <h1>{title}</h1>
      {children}
    </header>
  );
}

// Nothing for the first 150 ms: most answers are faster than an eye is.
export function Loading({ what }: { what: string }) {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 150);
    return () => clearTimeout(timer);
  }, []);
  if (!shown) return null;
  return (
    <div className="skeleton" role="status">
      <span className="visually-hidden">Reading {what}</span>
      <i />
      <i />
      <i />
    </div>
  );
}

export function Empty({ sentence, children }: { sentence: string; children?: ReactNode }) {
  return (
    <section className="empty">
      <p className="empty-sentence">{sentence}</p>
      {children}
    </section>
  );
}
