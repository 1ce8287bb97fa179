#include "hub/api_http/handlers.h"

namespace depops::hub::api_http {
namespace {

constexpr Access kCaller = Access::token_or_session;
constexpr Access kOpen = Access::open;
constexpr Access kToken = Access::token;

// clang-format off
// What is registered.
std::vector<Route> things() {
  return {
    {"GET",  "/api/v1/environments",                "listEnvironments",      kCaller, list_environments},
    {"POST", "/api/v1/environments",                "createEnvironment",     kCaller, create_environment},
    {"GET",  "/api/v1/sites",                       "listSites",             kCaller, list_sites},
    {"POST", "/api/v1/sites",                       "createSite",            kCaller, create_site},
    {"GET",  "/api/v1/sites/{site}",                "getSite",               kCaller, get_site},
    {"POST", "/api/v1/sites/{site}/join-tokens",    "createJoinToken",       kToken,  create_join_token},
    {"POST", "/api/v1/sites/{site}/join-requests",  "answerJoinRequest",     kToken,  answer_join_request},
    {"POST", "/api/v1/sites/{site}/lift",           "liftSite",              kCaller, lift_site},
    {"POST", "/api/v1/sites/{site}/admission",      "admitSite",             kToken,  admit_site},
    {"POST", "/api/v1/sites/{site}/revocation",     "revokeSite",            kToken,  revoke_site},
    {"POST", "/api/v1/sites/{site}/cordon",         "cordonSite",            kCaller, cordon_site},
    {"POST", "/api/v1/sites/{site}/uncordon",       "uncordonSite",          kCaller, uncordon_site},
    {"HEAD", "/api/v1/artifacts/{digest}",          "statArtifact",          kCaller, stat_artifact},
    {"GET",  "/api/v1/artifacts/{digest}",          "getArtifact",           kCaller, get_artifact},
    {"PUT",  "/api/v1/artifacts/{digest}",          "putArtifact",           kCaller, put_artifact},
    {"GET",  "/api/v1/services",                    "listServices",          kCaller, list_services},
    {"GET",  "/api/v1/services/{service}/versions", "listVersions",          kCaller, list_versions},
    {"POST", "/api/v1/services/{service}/versions", "publishVersion",        kCaller, publish_version},
    {"POST", "/api/v1/services/{service}/scale",    "scaleService",          kCaller, scale_service},
    {"PUT",  "/api/v1/documents",                   "applyDocuments",        kCaller, apply_documents},
    {"GET",  "/api/v1/pipelines",                   "listPipelines",         kCaller, list_pipelines},
    {"GET",  "/api/v1/analysis-templates",          "listAnalysisTemplates", kCaller, list_analysis_templates},
  };
}

// What happens, and what people signed about it.
std::vector<Route> happening() {
  return {
    {"GET",  "/api/v1/deployments",                           "listDeployments",      kCaller, list_deployments},
    {"POST", "/api/v1/deployments",                           "startDeployment",      kCaller, start_deployment},
    {"GET",  "/api/v1/deployments/{deployment}",              "getDeployment",        kCaller, get_deployment},
    {"POST", "/api/v1/deployments/{deployment}/actions",      "actOnDeployment",      kCaller, act_on_deployment},
    {"GET",  "/api/v1/deployments/{deployment}/events",       "listDeploymentEvents", kCaller, list_deployment_events},
    {"GET",  "/api/v1/deployments/{deployment}/attestations", "listAttestations",     kCaller, list_attestations},
    {"POST", "/api/v1/deployments/{deployment}/attestations", "attest",               kCaller, attest},
    {"GET",  "/api/v1/trust-roots",                           "listTrustRoots",       kCaller, list_trust_roots},
    {"POST", "/api/v1/trust-roots",                           "takeTrustRoot",        kToken,  take_trust_root},
    {"POST", "/api/v1/promotions",                            "promote",              kCaller, promote},
    {"POST", "/api/v1/rollbacks",                             "rollBack",             kCaller, roll_back},
  };
}

// What happened, who is here, and the hub itself.
std::vector<Route> records_and_access() {
  return {
    {"GET",    "/api/v1/events",           "streamEvents",     kCaller, stream_events},
    {"GET",    "/api/v1/audit",            "listAudit",        kCaller, list_audit},
    {"GET",    "/api/v1/audit/checkpoint", "getCheckpoint",    kCaller, get_checkpoint},
    {"GET",    "/api/v1/audit/entries/{seq}/receipt",    "getReceipt", kCaller, get_receipt},
    {"GET",    "/api/v1/audit/tiles/{level}/{index}",    "getTile",    kCaller, get_tile},
    {"GET",    "/api/v1/audit/entry-bundles/{index}",    "getEntryBundle", kCaller, get_entries},
    {"GET",    "/api/v1/dora",             "getDora",          kCaller, get_dora},
    {"POST",   "/api/v1/sessions",         "signIn",           kOpen,   sign_in},
    {"DELETE", "/api/v1/sessions/current", "signOut",          kCaller, sign_out},
    {"POST",   "/api/v1/sign-in-codes",    "createSignInCode", kToken,  create_sign_in_code},
    {"GET",    "/api/v1/me",               "getMe",            kCaller, get_me},
    {"GET",    "/api/v1/hub",              "getHub",           kCaller, get_hub},
    {"POST",   "/api/v1/hub/recover",      "recoverHub",       kToken,  recover_hub},
    {"GET",    "/api/v1/openapi.yaml",     "getOpenApi",       kCaller, get_open_api},
    {"GET",    "/healthz",                 "healthz",          kOpen,   healthz},
    {"GET",    "/readyz",                  "readyz",           kOpen,   readyz},
    {"GET",    "/metrics",                 "metrics",          kOpen,   metrics},
  };
}
// clang-format on

}  // namespace

const std::vector<Route>& routes() {
  static const std::vector<Route> all = [] {
    std::vector<Route> joined = things();
    for (const auto& part : {happening(), records_and_access()}) joined.insert(joined.end(), part.begin(), part.end());
    return joined;
  }();
  return all;
}

}  // namespace depops::hub::api_http
