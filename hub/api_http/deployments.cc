#include <algorithm>

#include "hub/api_http/body.h"
#include "hub/api_http/handlers.h"
#include "hub/api_http/problem.h"
#include "hub/api_http/text.h"
#include "hub/api_http/views.h"

namespace depops::hub::api_http {
namespace {

constexpr std::size_t kReasonMax = 1'000;

// "deployment/d-7" -> "d-7"
std::string id_in(const std::string& object) {
  const auto slash = object.find('/');
  return slash == std::string::npos ? object : object.substr(slash + 1);
}

template <typename Read, typename Show>
Response command(const Request& request, const Backend& backend, const Read& read, const Show& show) {
  const auto object = object_of(request.body);
  if (!object) return problem_of(object.error());
  Body body(object.value(), "");
  auto what = read(body);
  if (const auto good = body.finish(); !good) return problem_of(good.error());
  const auto answer = give(request, backend, std::move(what));
  if (!answer) return problem_of(answer.error());
  return answer.value().ok ? show(answer.value()) : problem_of(answer.value());
}

Response started(const Answer& answer) {
  json::Value out;
  out.add("deployment", id_in(answer.object)).add("started", answer.changed && !answer.undoes);
  return json_response(201, out);
}

rollout::Verb verb_of(Body& body) {
  const std::string word = body.text("verb", 20, true);
  const bool full = body.boolean("full");
  const auto verb = rollout::verb_named(word);
  if (!verb || *verb == rollout::Verb::advance_full || *verb == rollout::Verb::scale) {
    body.fail("verb", "must be pause, resume, advance, abort, retry, skip, approve or reject");
    return rollout::Verb::pause;
  }
  if (full && *verb != rollout::Verb::advance) body.fail("full", "goes with the verb advance only");
  return full ? rollout::Verb::advance_full : *verb;
}

Result<DeploymentFilter> filter_of(const Request& request) {
  DeploymentFilter out{
      ServiceName(request.parameter("service")), EnvironmentName(request.parameter("environment")), {}, false};
  const std::string& state = request.parameter("state");
  out.under_way = state == "active";
  if (state.empty() || out.under_way) return out;
  out.state = rollout::state_named(state);
  if (!out.state)
    return Error{Errc::invalid,
                 "state '" + state.substr(0, 40) + "' is unknown; use one like running, completed or active"};
  return out;
}

}  // namespace

Response list_deployments(const Request& request, const Backend& backend) {
  const auto paging = paging_of(request);
  if (!paging) return problem_of(paging.error());
  const auto filter = filter_of(request);
  if (!filter) return problem_of(filter.error());
  const auto page = backend.history.deployments(filter.value(), paging.value());
  if (!page) return problem_of(page.error());
  return json_response(200, list_of(page.value().items, page.value().next, summary));
}

Response get_deployment(const Request& request, const Backend& backend) {
  const auto found = backend.history.deployment(DeploymentId(request.argument(0)));
  if (!found) return problem_of(found.error());
  const auto shown = view(found.value(), backend.codec);
  return shown ? json_response(200, shown.value()) : problem_of(shown.error());
}

Response start_deployment(const Request& request, const Backend& backend) {
  const auto read = [](Body& body) {
    StartDeployment out;
    out.service = body.name<ServiceName>("service");
    out.version = body.label("version");
    out.environment = body.name<EnvironmentName>("environment");
    out.note = body.text("reason", kReasonMax);
    out.supersede = body.boolean("supersede");
    return out;
  };
  return command(request, backend, read, started);
}

Response promote(const Request& request, const Backend& backend) {
  const auto read = [](Body& body) {
    Promote out;
    out.service = body.name<ServiceName>("service");
    out.from = body.name<EnvironmentName>("from");
    out.to = body.name<EnvironmentName>("to");
    out.version = body.label("version", false);
    out.note = body.text("reason", kReasonMax);
    out.supersede = body.boolean("supersede");
    return out;
  };
  return command(request, backend, read, started);
}

Response roll_back(const Request& request, const Backend& backend) {
  const auto read = [](Body& body) {
    Rollback out;
    out.service = body.name<ServiceName>("service");
    out.environment = body.name<EnvironmentName>("environment");
    out.to = body.label("to", false);
    out.reason = body.text("reason", kReasonMax);
    return out;
  };
  return command(request, backend, read, started);
}

Response scale_service(const Request& request, const Backend& backend) {
  const ServiceName service(request.argument(0));
  std::string environment;
  const auto read = [&](Body& body) {
    Scale out;
    out.service = service;
    out.environment = body.name<EnvironmentName>("environment");
    out.site = body.name<SiteName>("site", false);
    out.replicas = body.number("replicas");
    out.reason = body.text("reason", kReasonMax);
    const bool declared = body.boolean("declared");
    if (declared == out.replicas.has_value())
      body.fail("replicas", "say either how many (1 to 1,000) or declared: true, for what the version declares");
    environment = out.environment.str();
    return out;
  };
  const auto show = [&](const Answer& answer) {
    json::Value commands = json::Value::array();
    for (std::size_t i = 0; i < std::min(answer.commands.size(), answer.results.size()); ++i) {
      json::Value item;
      item.add("site", answer.results[i]).add("command", answer.commands[i]);
      commands.push(std::move(item));
    }
    json::Value out;
    out.add("service", service.str()).add("environment", environment).add("commands", std::move(commands));
    return json_response(202, out);
  };
  return command(request, backend, read, show);
}

Response act_on_deployment(const Request& request, const Backend& backend) {
  const DeploymentId deployment(request.argument(0));
  const auto read = [&](Body& body) {
    GiveVerb out;
    out.deployment = deployment;
    out.verb = verb_of(body);
    out.site = body.name<SiteName>("site", false);
    out.expected_step = body.number("expectedStep");
    out.reason = body.text("reason", kReasonMax);
    return out;
  };
  const auto show = [&](const Answer& answer) {
    const auto now = backend.history.deployment(deployment);
    if (!now) return problem_of(now.error());
    json::Value commands = json::Value::array();
    for (const std::string& id : answer.commands) {
      json::Value item;
      for (const CommandRow& row : now.value().commands)
        if (row.command.id.str() == id) item.add("site", row.site.str()).add("command", id);
      if (item.is_object()) commands.push(std::move(item));
    }
    json::Value out;
    out.add("deployment", deployment.str()).add("commands", std::move(commands));
    return json_response(202, out);
  };
  return command(request, backend, read, show);
}

Response list_deployment_events(const Request& request, const Backend& backend) {
  const auto paging = paging_of(request);
  if (!paging) return problem_of(paging.error());
  const auto after = number_of(paging.value().after.empty() ? "0" : paging.value().after);
  if (!after) return problem(400, "invalid", "pageToken was not given by this list; start without one");
  const DeploymentId id(request.argument(0));
  if (const auto there = backend.history.deployment(id); !there) return problem_of(there.error());
  auto rows = backend.history.events({id, {}, {}}, *after, paging.value().limit + 1);
  if (!rows) return problem_of(rows.error());
  std::string next;
  if (rows.value().size() > paging.value().limit) {
    rows.value().resize(paging.value().limit);
    next = std::to_string(rows.value().back().id);
  }
  return json_response(200, list_of(rows.value(), next, [](const EventRow& event) { return view(event); }));
}

}  // namespace depops::hub::api_http
