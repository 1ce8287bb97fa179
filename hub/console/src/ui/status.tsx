import { connectivityLooks, healthLook, outcomeLooks, stateLooks } from "../words/state";
import type { Connectivity, Health, Look, Outcome, State } from "../words/state";
import { Icon } from "./icons";

// Icon, word and colour together; the colour is the least of the three.
export function Status({ look, large = false }: { look: Look; large?: boolean }) {
  return (
    <span className={`status tone-${look.tone}${large ? " status-large" : ""}`}>
      <Icon name={look.shape} size={large ? 20 : 16} />
      <span>{look.word}</span>
    </span>
  );
}

export const StateStatus = ({ state, large }: { state: State; large?: boolean }) => (
  <Status look={stateLooks[state]} large={large} />
);
export const OutcomeStatus = ({ outcome }: { outcome: Outcome }) => <Status look={outcomeLooks[outcome]} />;
export const ConnectivityStatus = ({ connectivity }: { connectivity: Connectivity }) => (
  <Status look={connectivityLooks[connectivity]} />
);
export const HealthStatus = (props: { health: Health; connectivity: Connectivity }) => (
  <Status look={healthLook(props.health, props.connectivity)} />
);
