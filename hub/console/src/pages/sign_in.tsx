import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState, type FormEvent } from "react";
import { api, ask } from "../api/client";
import { HubBanner } from "../ui/banners";
import { CommandLine } from "../ui/command_line";
import { ProblemView } from "../ui/problem_view";
import { Mark } from "../ui/shell";

// A code in the fragment never reaches a server's log; it leaves the address before anything else happens.
export function takeCodeFromAddress(): string | null {
  const code = new URLSearchParams(window.location.hash.slice(1)).get("code");
  if (code === null) return null;
  window.history.replaceState(window.history.state, "", window.location.pathname + window.location.search);
  return code;
}

let codeFromAddress = takeCodeFromAddress();
window.addEventListener("hashchange", () => {
  const code = takeCodeFromAddress();
  if (code === null) return;
  codeFromAddress = code;
  window.dispatchEvent(new Event("depops-code"));
});

export const hasCodeFromAddress = () => codeFromAddress !== null;

export function useSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (code: string) => ask(api.POST("/api/v1/sessions", { body: { code } })),
    onSuccess: (me) => {
      client.setQueryData(["me"], me);
      void client.invalidateQueries();
    },
  });
}

// Swaps a code that came with the address, also on a page that is signed in already.
function useCodeFromAddress(swap: (code: string) => void) {
  useEffect(() => {
    const take = () => {
      const code = codeFromAddress;
      codeFromAddress = null;
      if (code !== null) swap(code);
    };
    take();
    window.addEventListener("depops-code", take);
    return () => window.removeEventListener("depops-code", take);
  }, [swap]);
}

export function SignIn() {
  const [code, setCode] = useState("");
  const { mutate, isPending, error } = useSignIn();
  useCodeFromAddress(mutate);
  useEffect(() => {
    document.title = "Sign in · DepOps";
  }, []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (code.trim()) mutate(code.trim());
  };
  return (
    <>
      <HubBanner />
      <main id="content" className="sign-in">
        <div className="sign-in-brand">
          <Mark /> DepOps
        </div>
        <h1>Sign in</h1>
        <p>Paste a one-time code. It is good for ten minutes and for one use.</p>
        <form onSubmit={submit}>
          <label htmlFor="code">One-time code</label>
          <input
            id="code"
            value={code}
            onChange={(event) => setCode(event.target.value)}
            autoComplete="one-time-code"
            autoCapitalize="off"
            spellCheck={false}
            autoFocus
          />
          <button type="submit" className="button button-main" aria-disabled={isPending || !code.trim()}>
            {isPending ? "Signing in" : "Sign in"}
          </button>
        </form>
        {error && <ProblemView error={error} />}
        <div className="sign-in-how">
          <p>Whoever started the hub has the code; it was printed with the console's address. A new one:</p>
          <CommandLine text="depops sign-in" />
        </div>
      </main>
    </>
  );
}
