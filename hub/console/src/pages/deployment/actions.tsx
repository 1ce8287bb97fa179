import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useLocation } from "wouter";
import { carryOut } from "../../api/actions";
import { idempotencyKey, type Deployment } from "../../api/client";
import { useEnvironments, useServices } from "../../api/queries";
import { announce } from "../../ui/announcer";
import { useReachability } from "../../ui/banners";
import { Dialog } from "../../ui/dialog";
import { ProblemView } from "../../ui/problem_view";
import { needsTypedName, offersFor, type Offer } from "../../words/actions";

function OfferButton({ offer, onPick }: { offer: Offer; onPick: (offer: Offer) => void }) {
  const refused = offer.refusal !== null;
  return (
    <button
      type="button"
      className="button"
      aria-disabled={refused}
      aria-describedby={refused ? `why-${offer.verb}` : undefined}
      onClick={() => !refused && onPick(offer)}
    >
      {offer.word}
    </button>
  );
}

function Refusals({ offers }: { offers: readonly Offer[] }) {
  const refused = offers.filter((offer) => offer.refusal !== null);
  if (refused.length === 0) return null;
  return (
    <ul className="refusals">
      {refused.map((offer) => (
        <li key={offer.verb} id={`why-${offer.verb}`}>
          <b>{offer.word}</b> {offer.refusal}
        </li>
      ))}
    </ul>
  );
}

export function Actions({ deployment }: { deployment: Deployment }) {
  const reachable = useReachability().lostAt === null;
  const services = useServices().data?.items ?? [];
  const [picked, setPicked] = useState<Offer | null>(null);
  const offers = offersFor(deployment, { reachable, services });
  return (
    <div className="actions">
      <div className="action-buttons">
        {offers.map((offer) => <OfferButton key={offer.verb} offer={offer} onPick={setPicked} />)}
      </div>
      <Refusals offers={offers} />
      {picked && <Confirmation offer={picked} deployment={deployment} onClose={() => setPicked(null)} />}
    </div>
  );
}

interface ConfirmationProps {
  offer: Offer;
  deployment: Deployment;
  onClose: () => void;
}

// One key for as long as the question stands: sending it twice does it once.
function useCarryOut({ offer, deployment, onClose }: ConfirmationProps) {
  const client = useQueryClient();
  const [, navigate] = useLocation();
  const key = useRef(idempotencyKey());
  return useMutation({
    mutationFn: (reason: string) => carryOut(offer, deployment, reason, key.current),
    onSuccess: (id) => {
      announce(`${offer.word} was given.`);
      void client.invalidateQueries();
      onClose();
      if (id !== deployment.id) navigate(`/deployments/${id}`);
    },
  });
}

function useTier(environment: string): string | undefined {
  return useEnvironments().data?.items.find((place) => place.name === environment)?.tier;
}

function Confirmation(props: ConfirmationProps) {
  const { offer, deployment, onClose } = props;
  const [reason, setReason] = useState("");
  const [typed, setTyped] = useState("");
  const { mutate, isPending, error } = useCarryOut(props);
  const wantsName = needsTypedName(offer, deployment, useTier(deployment.environment));
  const ready = !isPending && (!wantsName || typed.trim() === deployment.service);
  return (
    <Dialog title={`${offer.word} ${deployment.service} ${deployment.version}?`} onClose={onClose}>
      <form onSubmit={(event) => (event.preventDefault(), ready && mutate(reason))}>
        <p>{offer.effect}</p>
        <label>
          <span>Reason <span className="quiet">(goes to the audit log)</span></span>
          <input value={reason} maxLength={1000} onChange={(event) => setReason(event.target.value)} />
        </label>
        {wantsName && (
          <label>
            <span>Type <b>{deployment.service}</b> to confirm: this is production</span>
            <input value={typed} autoComplete="off" onChange={(event) => setTyped(event.target.value)} />
          </label>
        )}
        {error && <ProblemView error={error} />}
        <footer className="dialog-foot">
          <button type="button" className="button" onClick={onClose}>Keep as it is</button>
          <button type="submit" className={`button ${offer.danger ? "button-danger" : "button-main"}`} aria-disabled={!ready}>
            {isPending ? "Sending" : offer.word}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
