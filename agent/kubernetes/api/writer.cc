#include "agent/kubernetes/api/writer.h"

namespace depops::agent::kubernetes {
namespace {

// Lists and some maps are owned as a whole: then the way ends early, at an empty object.
bool owns(const json::Value& fields, const std::vector<std::string>& field) {
  const json::Value* here = &fields;
  for (const std::string& name : field) {
    const json::Value* next = here->find("f:" + name);
    if (next == nullptr) return here != &fields && here->members().empty();
    here = next;
  }
  return true;
}

}  // namespace

std::string writer_of(const json::Value& object, const std::vector<std::string>& field, const FieldManager& ours) {
  constexpr std::size_t kNameMax = 128;
  std::string writer;
  std::string newest;
  for (const json::Value& entry : object["metadata"]["managedFields"].items()) {
    if (entry["subresource"].as_string() == "status" || !owns(entry["fieldsV1"], field)) continue;
    const std::string& time = entry["time"].as_string();  // RFC 3339 in UTC: greater is later
    if (!writer.empty() && (time < newest || entry["manager"].as_string() == ours.str())) continue;
    writer = entry["manager"].as_string().substr(0, kNameMax);
    newest = time;
  }
  if (writer.empty()) return "somebody";
  return writer == ours.str() ? "another " + writer : writer;
}

}  // namespace depops::agent::kubernetes
