import { QueryClientProvider, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { Link, Redirect, Route, Switch } from "wouter";
import { asProblem } from "./api/problem";
import { useMe } from "./api/queries";
import { startLiveUpdates } from "./live/bridge";
import { DeploymentPage } from "./pages/deployment/deployment_page";
import { DeploymentsPage } from "./pages/deployments_page";
import { hasCodeFromAddress, SignIn } from "./pages/sign_in";
import { SitePage } from "./pages/site_page";
import { SitesPage } from "./pages/sites_page";
import { HubBanner } from "./ui/banners";
import { Empty, Loading, PageHead } from "./ui/page";
import { ProblemView } from "./ui/problem_view";
import { Shell } from "./ui/shell";

function NotFound() {
  return (
    <>
      <PageHead title="No such page" />
      <Empty sentence="There is nothing at this address.">
        <Link href="/deployments" className="button">
          Go to deployments
        </Link>
      </Empty>
    </>
  );
}

function Pages() {
  return (
    <Switch>
      <Route path="/sites" component={SitesPage} />
      <Route path="/sites/:site">{({ site }) => <SitePage key={site} name={site} />}</Route>
      <Route path="/deployments" component={DeploymentsPage} />
      <Route path="/deployments/:id">{({ id }) => <DeploymentPage key={id} id={id} />}</Route>
      <Route path="/">
        <Redirect to="/deployments" replace />
      </Route>
      <Route component={NotFound} />
    </Switch>
  );
}

function SignedIn() {
  const client = useQueryClient();
  useEffect(() => startLiveUpdates(client), [client]);
  return (
    <Shell>
      <Pages />
    </Shell>
  );
}

// Whoever is not signed in sees the form in place of the page: the address stays, and so does what it leads to.
function Gate() {
  const { data, error } = useMe();
  if (hasCodeFromAddress() || (error && asProblem(error).status === 401)) return <SignIn />;
  if (data) return <SignedIn />;
  return (
    <>
      <HubBanner />
      <main id="content">{error ? <ProblemView error={error} /> : <Loading what="who you are" />}</main>
    </>
  );
}

export function App({ client }: { client: QueryClient }) {
  return (
    <QueryClientProvider client={client}>
      <Gate />
    </QueryClientProvider>
  );
}
