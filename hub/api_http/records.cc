#include <algorithm>

#include "hub/api_http/event_text.h"
#include "hub/api_http/handlers.h"
#include "hub/api_http/problem.h"
#include "hub/api_http/text.h"
#include "hub/api_http/views.h"
#include "shared/json/write.h"

namespace depops::hub::api_http {
namespace {

constexpr std::uint32_t kBacklogMax = 1'000;  // missed events that are sent again; more: resync

// Everything after `last` that is committed; the reactor sends what comes after that.
Result<Subscription> resumed(const Backend& backend, std::uint64_t last, Subscription out) {
  DEPOPS_TRY(const auto rows, backend.history.events({}, last, kBacklogMax + 1));
  out.after = rows.empty() ? last : rows.back().id;
  if (rows.size() > kBacklogMax || last > backend.newest_event()) {
    out.after = backend.newest_event();
    out.backlog = kResync;
    return out;
  }
  for (const EventRow& row : rows) out.backlog += event_text(row, out.topics);
  return out;
}

}  // namespace

std::string event_text(const EventRow& row, const std::vector<std::string>& topics) {
  const json::Value change = change_of(row);
  const bool wanted =
      topics.empty() || std::find(topics.begin(), topics.end(), change["kind"].as_string()) != topics.end();
  if (!wanted) return {};
  return "event: change\nid: " + std::to_string(row.id) + "\ndata: " + json::write(change) + "\n\n";
}

Response stream_events(const Request& request, const Backend& backend) {
  Response out;
  out.type = "text/event-stream";
  Subscription wanted{split(request.parameter("topics"), ','), backend.newest_event(), ""};
  const std::string& header = request.header("last-event-id");
  const std::string& last = header.empty() ? request.parameter("lastEventId") : header;
  out.stream = wanted;
  if (last.empty()) return out;
  const auto number = number_of(last);
  if (!number) return problem(400, "invalid", "Last-Event-ID must be an id this stream gave");
  auto subscription = resumed(backend, *number, std::move(wanted));
  if (!subscription) return problem_of(subscription.error());
  out.stream = std::move(subscription).value();
  return out;
}

Response list_audit(const Request& request, const Backend& backend) {
  const auto paging = paging_of(request);
  if (!paging) return problem_of(paging.error());
  AuditFilter filter;
  filter.object = request.parameter("object");
  filter.actor = Actor(request.parameter("actor"));
  filter.action = request.parameter("action");
  filter.site = SiteName(request.parameter("site"));
  const auto page = backend.history.audit(filter, paging.value());
  if (!page) return problem_of(page.error());
  const auto show = [](const AuditRow& row) { return view(row); };
  return json_response(200, list_of(page.value().items, page.value().next, show));
}

}  // namespace depops::hub::api_http
