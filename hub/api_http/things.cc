#include <algorithm>
#include <set>

#include "hub/api_http/body.h"
#include "hub/api_http/handlers.h"
#include "hub/api_http/problem.h"
#include "hub/api_http/text.h"
#include "hub/api_http/views.h"

namespace depops::hub::api_http {
namespace {

constexpr std::size_t kLabelsMax = 32;
constexpr std::size_t kCommitsMax = 1'000;
constexpr std::uint32_t kAll = 1'000;

// The body, what it asks for, the command and then the thing as it is now.
template <typename Read, typename Show>
Response create(const Request& request, const Backend& backend, const Read& read, const Show& show) {
  const auto object = object_of(request.body);
  if (!object) return problem_of(object.error());
  Body body(object.value(), "");
  auto what = read(body);
  if (const auto good = body.finish(); !good) return problem_of(good.error());
  const auto answer = give(request, backend, what);
  if (!answer) return problem_of(answer.error());
  if (!answer.value().ok) return problem_of(answer.value());
  const Result<json::Value> made = show(what);
  if (!made) return problem_of(made.error());
  return json_response(answer.value().changed ? 201 : 200, made.value());
}

Error gone(const std::string& what) { return {Errc::not_found, what}; }

Result<json::Value> show_environment(const Backend& backend, const EnvironmentName& name) {
  DEPOPS_TRY(const auto all, backend.registry.environments());
  for (const Environment& environment : all)
    if (environment.name == name) return view(environment);
  return gone("there is no environment " + name.str());
}

Result<json::Value> show_site(const Backend& backend, const SiteName& name) {
  DEPOPS_TRY(const auto page, backend.registry.sites({name, {}}, {1, ""}));
  if (page.items.empty())
    return gone("there is no site " + name.str() +
                "; create it with 'depops site create', list with 'depops get sites'");
  return view(page.items.front(), backend.clock.now().wall);
}

Result<json::Value> show_version(const Backend& backend, const ServiceName& service, const VersionLabel& label) {
  DEPOPS_TRY(const auto page, backend.registry.versions({service, label}, {1, ""}));
  if (page.items.empty()) return gone("there is no version " + label.str() + " of " + service.str());
  return view(page.items.front());
}

std::vector<Commit> commits_of(Body& body) {
  std::vector<Commit> out;
  std::size_t index = 0;
  for (const json::Value& item : body.items("commits", kCommitsMax)) {
    const std::string place = body.place_of("commits") + "/" + std::to_string(index++);
    Body commit(item, place);
    out.push_back({commit.hex("sha", 7, 64), commit.time("committedAt")});
    commit.text("title", 200);
    if (const auto good = commit.finish(); !good) body.fail("commits", "is wrong: " + good.error().what);
  }
  return out;
}

Result<json::Value> service_view(const Backend& backend, const ServiceName& name) {
  DEPOPS_TRY(const auto newest, backend.registry.versions({name, {}}, {1, ""}));
  DEPOPS_TRY(const auto deployments, backend.history.deployments({name, {}, {}, false}, {kAll, ""}));
  std::map<EnvironmentName, std::pair<std::string, std::string>> places;  // version that completed last, under way
  for (const auto& [deployment, newest_event] : deployments.items) {
    auto& [version, under_way] = places[deployment.environment];
    const bool completed = deployment.state == rollout::State::completed;
    if (completed && version.empty()) version = deployment.version.str();
    if (!rollout::is_ended(deployment.state)) under_way = deployment.id.str();
  }
  json::Value environments = json::Value::array();
  for (const auto& [environment, place] : places) {
    json::Value item;
    item.add("environment", environment.str()).add("version", place.first);
    add_text(item, "deployment", place.second);
    environments.push(std::move(item));
  }
  json::Value out;
  out.add("name", name.str());
  if (!newest.items.empty()) out.add("latestVersion", newest.items.front().label.str());
  out.add("environments", std::move(environments));
  return out;
}

Result<std::set<ServiceName>> services(const Backend& backend) {
  std::set<ServiceName> out;
  DEPOPS_TRY(const auto documents, backend.registry.documents());
  for (const PipelineDoc& pipeline : documents.pipelines) out.insert(pipeline.service);
  DEPOPS_TRY(const auto versions, backend.registry.versions({}, {kAll, ""}));
  for (const Version& version : versions.items) out.insert(version.service);
  return out;
}

}  // namespace

Result<Paging> paging_of(const Request& request) {
  Paging out{50, request.parameter("pageToken")};
  const std::string& limit = request.parameter("limit");
  if (limit.empty()) return out;
  const auto number = number_of(limit);
  if (!number || *number < 1 || *number > 500)
    return Error{Errc::invalid, "limit must be a number from 1 to 500, not '" + limit.substr(0, 40) + "'"};
  out.limit = static_cast<std::uint32_t>(*number);
  return out;
}

Response list_environments(const Request&, const Backend& backend) {
  const auto all = backend.registry.environments();
  if (!all) return problem_of(all.error());
  return json_response(200, list_of(all.value(), "", [](const Environment& item) { return view(item); }));
}

Response create_environment(const Request& request, const Backend& backend) {
  const auto read = [](Body& body) {
    CreateEnvironment out{body.name<EnvironmentName>("name"), {}};
    const auto tier = tier_named(body.text("tier", 20, true));
    if (!tier) body.fail("tier", "must be development, staging or production");
    out.tier = tier.value_or(Tier::development);
    return out;
  };
  return create(request, backend, read,
                [&](const CreateEnvironment& made) { return show_environment(backend, made.name); });
}

Response list_sites(const Request& request, const Backend& backend) {
  const auto paging = paging_of(request);
  if (!paging) return problem_of(paging.error());
  const auto page = backend.registry.sites({{}, EnvironmentName(request.parameter("environment"))}, paging.value());
  if (!page) return problem_of(page.error());
  const Instant now = backend.clock.now().wall;
  const auto show = [&](const SiteView& site) { return view(site, now); };
  return json_response(200, list_of(page.value().items, page.value().next, show));
}

Response create_site(const Request& request, const Backend& backend) {
  const auto read = [](Body& body) {
    CreateSite out;
    out.name = body.name<SiteName>("name");
    out.environment = body.name<EnvironmentName>("environment");
    out.labels = body.texts("labels", kLabelsMax);
    out.public_key = body.hex("signingKey", 64, 64, false);
    return out;
  };
  return create(request, backend, read, [&](const CreateSite& made) { return show_site(backend, made.name); });
}

Response get_site(const Request& request, const Backend& backend) {
  const auto site = show_site(backend, SiteName(request.argument(0)));
  return site ? json_response(200, site.value()) : problem_of(site.error());
}

Response list_services(const Request&, const Backend& backend) {
  const auto names = services(backend);
  if (!names) return problem_of(names.error());
  json::Value items = json::Value::array();
  for (const ServiceName& name : names.value()) {
    auto item = service_view(backend, name);
    if (!item) return problem_of(item.error());
    items.push(std::move(item).value());
  }
  json::Value out;
  out.add("items", std::move(items));
  return json_response(200, out);
}

Response list_versions(const Request& request, const Backend& backend) {
  const auto paging = paging_of(request);
  if (!paging) return problem_of(paging.error());
  const auto page = backend.registry.versions({ServiceName(request.argument(0)), {}}, paging.value());
  if (!page) return problem_of(page.error());
  const auto show = [](const Version& version) { return view(version); };
  return json_response(200, list_of(page.value().items, page.value().next, show));
}

Response publish_version(const Request& request, const Backend& backend) {
  const ServiceName service(request.argument(0));
  if (!is_name(service.str())) return problem(400, "invalid", "in the path, the service is not a name");
  const auto read = [&](Body& body) {
    PublishVersion out;
    out.service = service;
    out.label = body.label("label");
    out.artifact = body.digest("artifact");
    out.commit_sha = body.hex("commit", 7, 64);
    out.committed_at = body.time("committedAt");
    out.commits = commits_of(body);
    return out;
  };
  return create(request, backend, read,
                [&](const PublishVersion& made) { return show_version(backend, service, made.label); });
}

}  // namespace depops::hub::api_http
