import type { Deployment } from "../../api/client";
import { CommandLine } from "../../ui/command_line";
import { Icon } from "../../ui/icons";
import { signaturesOf } from "../../words/approval";

// Who approved and who still can. There is no button: an approval is signed where its person's key is.
export function Signatures({ deployment }: { deployment: Deployment }) {
  const asked = signaturesOf(deployment);
  if (!asked) return null;
  return (
    <div className="signatures">
      <ul aria-label="Approvals">
        {asked.given.map((person) => <li key={person} className="signed"><Icon name="check" /> {person} approved</li>)}
        {asked.open.map((person) => <li key={person}>{person} can approve</li>)}
      </ul>
      <p className="quiet">Signed on the approver's own machine, with a key that never comes here:</p>
      <CommandLine text={asked.command} />
    </div>
  );
}
