#include "tests/support/kubernetes/fake_objects.h"

#include <algorithm>
#include <cstdio>

#include "shared/json/write.h"
#include "tests/support/kubernetes/fake_stateful.h"

namespace depops::test {
namespace {

const Names kVersion{"metadata", "resourceVersion"};
const Names kLabels{"metadata", "labels"};

std::string name_in(const std::string& key) { return key.substr(key.find('/') + 1); }

json::Value cause(const std::string& reason, const std::string& message, const std::string& field) {
  json::Value value;
  value.add("reason", reason).add("message", message).add("field", field);
  return value;
}

json::Value details_of(json::Value causes) {
  json::Value details;
  details.add("causes", std::move(causes));
  return details;
}

std::string dotted(const Names& names) {
  std::string text;
  for (const std::string& name : names) text += "." + name;
  return text;
}

// Fields that somebody owns: not what names the object.
std::set<Names> fields_of(const json::Value& object) {
  std::set<Names> fields;
  for (const auto& [way, value] : leaves_of(object)) {
    const bool names_it = way[0] == "apiVersion" || way[0] == "kind" ||
                          (way[0] == "metadata" && way[1] != "labels" && way[1] != "annotations");
    if (!names_it) fields.insert(way);
  }
  return fields;
}

FakeAnswer checked(const json::Value& object) {
  const json::Value& replicas = object["spec"]["replicas"];
  if (replicas.as_int() >= 0) return {};
  json::Value causes = json::Value::array();
  const std::string message = "Invalid value: " + std::to_string(replicas.as_int()) + ": must be 0 or more";
  causes.push(cause("FieldValueInvalid", message, "spec.replicas"));
  return refusal(422, "Invalid", "Deployment is invalid: spec.replicas: " + message, details_of(std::move(causes)));
}

// {"f:spec": {"f:rules": {}}}, ...
json::Value fields_v1(const std::set<Names>& owned) {
  json::Value tree = json::Value::object();
  for (const Names& way : owned) {
    Names named;
    for (const std::string& name : way) named.push_back("f:" + name);
    tree = with(tree, named, json::Value::object());
  }
  return tree;
}

// A second later with every write.
std::string time_of(std::uint64_t revision) {
  char text[32];
  const unsigned hour = static_cast<unsigned>(revision / 3'600 % 24);
  std::snprintf(text, sizeof text, "2026-01-01T%02u:%02u:%02uZ", hour, static_cast<unsigned>(revision / 60 % 60),
                static_cast<unsigned>(revision % 60));
  return text;
}

json::Value managed_fields(const std::map<std::string, std::set<Names>>& owned,
                           const std::map<std::string, std::uint64_t>& wrote) {
  json::Value entries = json::Value::array();
  for (const auto& [manager, fields] : owned) {
    if (fields.empty()) continue;
    json::Value entry;
    entry.add("manager", manager).add("time", time_of(wrote.contains(manager) ? wrote.at(manager) : 0));
    entry.add("fieldsType", "FieldsV1").add("fieldsV1", fields_v1(fields));
    entries.push(std::move(entry));
  }
  return entries;
}

std::string line(const char* type, const json::Value& object) {
  json::Value event;
  event.add("type", type).add("object", object);
  return json::write(event);
}

}  // namespace

FakeAnswer refusal(int status, const std::string& reason, const std::string& message, json::Value details) {
  json::Value body;
  body.add("kind", "Status").add("apiVersion", "v1").add("status", "Failure").add("message", message);
  body.add("reason", reason).add("details", std::move(details)).add("code", status);
  return {status, std::move(body)};
}

FakeAnswer FakeObjects::not_found(const FakeKind& kind, const std::string& key) const {
  return refusal(404, "NotFound", kind.plural + " \"" + name_in(key) + "\" not found");
}

FakeAnswer FakeObjects::get(const FakeKind& kind, const std::string& key) const {
  const auto of_kind = objects_.find(kind.plural);
  if (of_kind == objects_.end() || !of_kind->second.contains(key)) return not_found(kind, key);
  return {200, of_kind->second.at(key).body};
}

FakeAnswer FakeObjects::list(const FakeKind& kind, const std::string& space, const std::string& selector,
                             std::size_t limit, const std::string& at) const {
  const auto bar = at.find('|');
  const std::uint64_t revision = at.empty() ? revision_ : std::stoull(at.substr(0, bar));
  if (revision < forgotten_) return refusal(410, "Expired", "The provided continue parameter is too old");
  json::Value items = json::Value::array();
  std::string last = at.empty() ? "" : at.substr(bar + 1);
  std::string next;
  static const std::map<std::string, Stored> kNone;
  const auto of_kind = objects_.find(kind.plural);
  for (const auto& [key, stored] : of_kind == objects_.end() ? kNone : of_kind->second) {
    if (key <= last || (!space.empty() && !key.starts_with(space + "/"))) continue;
    if (!selects(selector, test::at(stored.body, kLabels))) continue;
    if (limit > 0 && items.items().size() == limit) {
      next = std::to_string(revision) + "|" + last;
      break;
    }
    items.push(stored.body);
    last = key;
  }
  json::Value meta;
  meta.add("resourceVersion", std::to_string(revision));
  if (!next.empty()) meta.add("continue", next);
  json::Value body;
  body.add("kind", kind.kind + "List").add("apiVersion", kind.api_version()).add("metadata", meta).add("items", items);
  return {200, std::move(body)};
}

void FakeObjects::each(const FakeKind& kind, const std::function<void(const json::Value&)>& look) const {
  const auto of_kind = objects_.find(kind.plural);
  if (of_kind == objects_.end()) return;
  for (const auto& [key, stored] : of_kind->second) look(stored.body);
}

// Gives the object another version, unless it is as it was.
FakeAnswer FakeObjects::store(const FakeKind& kind, const std::string& key, Stored next, const std::string& manager) {
  if (auto wrong = checked(next.body); wrong.status != 200 || !wrong.body.is_null()) return wrong;
  auto& of_kind = objects_[kind.plural];
  const auto found = of_kind.find(key);
  const bool there = found != of_kind.end();
  if (there && found->second == next) return {200, next.body};
  if (there) {
    if (auto wrong = checked_for_life(found->second.body, next.body); !wrong.body.is_null()) return wrong;
  }
  if (there && !manager.empty()) {  // an update owns what it changed
    const auto before = leaves_of(found->second.body);
    for (const auto& [way, value] : leaves_of(next.body)) {
      if (before.contains(way) && before.at(way) == value) continue;
      if (way.size() > 1 && way[1] == "managedFields") continue;
      for (auto& [other, owned] : next.owned) owned.erase(way);
      next.owned[manager].insert(way);
    }
  }
  const bool wish = !there || found->second.body["spec"] != next.body["spec"];
  if (there && !manager.empty()) next.wrote[manager] = revision_ + 1;
  const auto generation = there ? found->second.body["metadata"]["generation"].as_int() : 0;
  next.body = with(next.body, kVersion, std::to_string(++revision_));
  next.body = with(next.body, {"metadata", "generation"}, generation + (wish ? 1 : 0));
  if (!there) next.body = with(next.body, {"metadata", "uid"}, "uid-" + std::to_string(++uids_));
  for (const auto& [who, fields] : next.owned) {
    if (!there || !found->second.owned.contains(who) || found->second.owned.at(who) != fields)
      next.wrote[who] = revision_;
  }
  next.body = with(next.body, {"metadata", "managedFields"}, managed_fields(next.owned, next.wrote));
  events_.push_back({revision_, kind.plural, there ? found->second.body : json::Value(), next.body});
  of_kind[key] = next;
  return {there ? 200 : 201, std::move(next.body)};
}

FakeAnswer FakeObjects::create(const FakeKind& kind, const std::string& space, json::Value object,
                               const std::string& manager) {
  const std::string key = space + "/" + object["metadata"]["name"].as_string();
  if (get(kind, key).status == 200)
    return refusal(409, "AlreadyExists", kind.plural + " \"" + name_in(key) + "\" already exists");
  Stored stored{std::move(object), {}};
  if (kind.namespaced) stored.body = with(stored.body, {"metadata", "namespace"}, space);
  stored.owned[manager] = fields_of(stored.body);
  return store(kind, key, std::move(stored), manager);
}

FakeAnswer FakeObjects::apply(const FakeKind& kind, const std::string& key, const json::Value& fields,
                              const std::string& manager, bool force) {
  Stored stored{fields, {}};
  const bool there = get(kind, key).status == 200;
  if (there) stored = objects_[kind.plural][key];
  const auto wanted = fields_of(fields);
  json::Value causes = json::Value::array();
  for (auto& [other, owned] : stored.owned) {
    for (const Names& way : wanted) {
      if (other == manager || !owned.contains(way) || at(stored.body, way) == at(fields, way)) continue;
      causes.push(
          cause("FieldManagerConflict", "conflict with \"" + other + "\" using " + kind.api_version(), dotted(way)));
      if (force) owned.erase(way);
    }
  }
  if (!force && !causes.items().empty()) {
    const auto count = std::to_string(causes.items().size());
    return refusal(409, "Conflict", "Apply failed with " + count + " conflict", details_of(std::move(causes)));
  }
  const auto before = std::exchange(stored.owned[manager], wanted);
  for (const Names& way : before) {
    const bool owned = std::any_of(stored.owned.begin(), stored.owned.end(),
                                   [&](const auto& entry) { return entry.second.contains(way); });
    if (!owned) stored.body = with(stored.body, way, std::nullopt);
  }
  for (const Names& way : wanted) stored.body = with(stored.body, way, at(fields, way));
  return store(kind, key, std::move(stored), "");
}

FakeAnswer FakeObjects::json_patch(const FakeKind& kind, const std::string& key, const json::Value& patch,
                                   const std::string& manager) {
  if (get(kind, key).status != 200) return not_found(kind, key);
  Stored next = objects_[kind.plural][key];
  const auto body = patched(next.body, patch);
  if (!body) return refusal(422, "Invalid", "the server rejected our request due to an error in our request");
  next.body = *body;
  return store(kind, key, std::move(next), manager);
}

FakeAnswer FakeObjects::merge_patch(const FakeKind& kind, const std::string& key, const json::Value& patch,
                                    const std::string& manager) {
  if (get(kind, key).status != 200) return not_found(kind, key);
  Stored next = objects_[kind.plural][key];
  next.body = merged(next.body, patch);
  const json::Value& meta = next.body["metadata"];
  if (!meta["deletionTimestamp"].is_null() && meta["finalizers"].items().empty()) return end(kind, key);
  return store(kind, key, std::move(next), manager);
}

FakeAnswer FakeObjects::remove(const FakeKind& kind, const std::string& key, const json::Value& options) {
  const FakeAnswer found = get(kind, key);
  if (found.status != 200) return found;
  const json::Value& meta = found.body["metadata"];
  for (const char* name : {"uid", "resourceVersion"}) {
    const json::Value* wanted = options["preconditions"].find(name);
    if (wanted == nullptr || *wanted == meta[name]) continue;
    return refusal(409, "Conflict", std::string("Precondition failed: ") + name + " in precondition differs");
  }
  if (!meta["finalizers"].items().empty()) {  // it goes when nobody holds it any more
    Stored ending = objects_[kind.plural][key];
    if (meta["deletionTimestamp"].is_null())
      ending.body = with(ending.body, {"metadata", "deletionTimestamp"}, time_of(revision_));
    return store(kind, key, std::move(ending), "");
  }
  return end(kind, key);
}

FakeAnswer FakeObjects::end(const FakeKind& kind, const std::string& key) {
  const FakeAnswer found = get(kind, key);
  objects_[kind.plural].erase(key);
  events_.push_back({++revision_, kind.plural, found.body, json::Value()});
  json::Value body;
  body.add("kind", "Status").add("apiVersion", "v1").add("status", "Success");
  return {200, std::move(body)};
}

std::vector<std::string> FakeObjects::events(const FakeKind& kind, const std::string& space,
                                             const std::string& selector, std::uint64_t& from) const {
  std::vector<std::string> lines;
  const auto shows = [&](const json::Value& object) {
    return !object.is_null() && (space.empty() || object["metadata"]["namespace"].as_string() == space) &&
           selects(selector, at(object, kLabels));
  };
  for (const FakeEvent& event : events_) {
    if (event.revision <= from) continue;
    from = event.revision;
    if (event.plural != kind.plural) continue;
    const bool before = shows(event.before);
    const bool after = shows(event.after);
    if (after) lines.push_back(line(before ? "MODIFIED" : "ADDED", event.after));
    // The last state, with the version of what ended it.
    if (before && !after)
      lines.push_back(line("DELETED", with(event.before, kVersion, std::to_string(event.revision))));
  }
  return lines;
}

std::string FakeObjects::bookmark(const FakeKind& kind) const {
  json::Value meta;
  meta.add("resourceVersion", std::to_string(revision_));
  json::Value object;
  object.add("kind", kind.kind).add("apiVersion", kind.api_version()).add("metadata", std::move(meta));
  return line("BOOKMARK", object);
}

}  // namespace depops::test
