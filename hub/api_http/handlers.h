#pragma once

#include "hub/api_http/api.h"

// One function per operation of openapi.yaml. Thread: a request's.
namespace depops::hub::api_http {

Response list_environments(const Request& request, const Backend& backend);
Response create_environment(const Request& request, const Backend& backend);
Response list_sites(const Request& request, const Backend& backend);
Response create_site(const Request& request, const Backend& backend);
Response create_join_token(const Request& request, const Backend& backend);
Response answer_join_request(const Request& request, const Backend& backend);
Response admit_site(const Request& request, const Backend& backend);
Response revoke_site(const Request& request, const Backend& backend);
Response cordon_site(const Request& request, const Backend& backend);
Response uncordon_site(const Request& request, const Backend& backend);
Response get_site(const Request& request, const Backend& backend);
Response lift_site(const Request& request, const Backend& backend);
Response list_services(const Request& request, const Backend& backend);
Response list_versions(const Request& request, const Backend& backend);
Response publish_version(const Request& request, const Backend& backend);

Response stat_artifact(const Request& request, const Backend& backend);
Response get_artifact(const Request& request, const Backend& backend);
Response put_artifact(const Request& request, const Backend& backend);

Response apply_documents(const Request& request, const Backend& backend);
Response list_pipelines(const Request& request, const Backend& backend);
Response list_analysis_templates(const Request& request, const Backend& backend);

Response list_deployments(const Request& request, const Backend& backend);
Response start_deployment(const Request& request, const Backend& backend);
Response get_deployment(const Request& request, const Backend& backend);
Response act_on_deployment(const Request& request, const Backend& backend);
Response list_deployment_events(const Request& request, const Backend& backend);
Response list_attestations(const Request& request, const Backend& backend);
Response attest(const Request& request, const Backend& backend);
Response list_trust_roots(const Request& request, const Backend& backend);
Response take_trust_root(const Request& request, const Backend& backend);
Response promote(const Request& request, const Backend& backend);
Response roll_back(const Request& request, const Backend& backend);
Response scale_service(const Request& request, const Backend& backend);

Response stream_events(const Request& request, const Backend& backend);
Response list_audit(const Request& request, const Backend& backend);
Response get_checkpoint(const Request& request, const Backend& backend);
Response get_receipt(const Request& request, const Backend& backend);
Response get_tile(const Request& request, const Backend& backend);
Response get_entries(const Request& request, const Backend& backend);
Response get_dora(const Request& request, const Backend& backend);

Response sign_in(const Request& request, const Backend& backend);
Response sign_out(const Request& request, const Backend& backend);
Response create_sign_in_code(const Request& request, const Backend& backend);
Response get_hub(const Request& request, const Backend& backend);
Response recover_hub(const Request& request, const Backend& backend);
Response get_me(const Request& request, const Backend& backend);
Response get_open_api(const Request& request, const Backend& backend);
Response healthz(const Request& request, const Backend& backend);
Response readyz(const Request& request, const Backend& backend);
Response metrics(const Request& request, const Backend& backend);

// limit and pageToken of a list.
Result<Paging> paging_of(const Request& request);

}  // namespace depops::hub::api_http
