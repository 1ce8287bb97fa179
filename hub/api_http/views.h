#pragma once

#include <functional>
#include <string>
#include <vector>

#include "hub/ports/codec.h"
#include "hub/ports/reader.h"
#include "shared/json/value.h"

// Domain values as the API shows them (openapi.yaml, components/schemas).
namespace depops::hub::api_http {

json::Value view(const Environment& environment);
json::Value view(const SiteView& site, Instant now);
json::Value facts_view(const SiteView& site, Instant now);  // what it knows about its services, each with its age
json::Value view(const Version& version);
json::Value view(const PipelineDoc& document);
json::Value view(const TemplateDoc& document);
json::Value summary(const ListedDeployment& listed);
// All of it; `updated` is the id of its newest event. Errors: corrupt.
Result<json::Value> view(const DeploymentView& deployment, Codec& codec);
json::Value view(const EventRow& event);
json::Value view(const AuditRow& row);
json::Value change_of(const EventRow& event);

// {items: [...], nextPageToken?}
template <typename T, typename View>
json::Value list_of(const std::vector<T>& items, const std::string& next, const View& view_of) {
  json::Value array = json::Value::array();
  for (const T& item : items) array.push(view_of(item));
  json::Value out;
  out.add("items", std::move(array));
  if (!next.empty()) out.add("nextPageToken", next);
  return out;
}

json::Value texts(const std::vector<std::string>& items);

// Adds a member that is absent when there is nothing to say.
void add_time(json::Value& to, const char* name, const std::optional<Instant>& at);
void add_text(json::Value& to, const char* name, const std::string& text);

}  // namespace depops::hub::api_http
