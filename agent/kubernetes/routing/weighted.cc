#include "agent/kubernetes/routing/weighted.h"

#include <algorithm>

#include "shared/json/parse.h"
#include "shared/json/write.h"

namespace depops::agent::kubernetes {
namespace {

const json::Value& under(const json::Value& item, const std::vector<std::string>& names) {
  const json::Value* here = &item;
  for (const std::string& name : names) here = &(*here)[name];
  return *here;
}

const Backend* named(const std::vector<Backend>& backends, const std::string& name) {
  const auto found = std::find_if(backends.begin(), backends.end(), [&](const auto& one) { return one.name == name; });
  return found == backends.end() ? nullptr : &*found;
}

bool has_sets(const ServiceName& service, const std::vector<Backend>& backends) {
  return std::any_of(backends.begin(), backends.end(), [&](const auto& one) { return is_set_of(service, one.name); });
}

std::string item_at(const WeightedList& list, std::size_t index) { return list.pointer + "/" + std::to_string(index); }

void test_backends(const WeightedList& list, JsonPatch& patch) {
  const auto& items = list.items->items();
  for (std::size_t i = 0; i < items.size(); ++i)
    patch.test(item_at(list, i) + pointer_of(list.name), under(items[i], list.name));
}

const json::Value& annotations_of(const Look& look) { return look.object["metadata"]["annotations"]; }

// Null: no weight stood there.
json::Value remembered_of(const Look& look) {
  auto value = json::parse(annotations_of(look)[annotation_of(look.route.service)].as_string());
  return value.ok() && value->is_object() ? std::move(*value) : json::Value();
}

// Where somebody took the annotation away in between, a 0 is ours.
bool remember(const Look& look, const std::vector<Backend>& now, JsonPatch& patch) {
  const std::string annotation = annotation_of(look.route.service);
  if (annotations_of(look).find(annotation) != nullptr) return false;
  const bool first = !has_sets(look.route.service, now);
  json::Value weights = json::Value::object();
  for (const Backend& backend : now) {
    if (is_set_of(look.route.service, backend.name)) continue;
    const bool known = backend.written && (first || backend.weight > 0);
    weights.add(backend.name, known ? json::Value(backend.weight) : json::Value());
  }
  if (!annotations_of(look).is_object()) patch.add("/metadata/annotations", json::Value::object());
  patch.add(pointer_of({"metadata", "annotations", annotation}), json::write(weights));
  return true;
}

bool forget(const Look& look, JsonPatch& patch) {
  const std::string annotation = annotation_of(look.route.service);
  if (annotations_of(look).find(annotation) == nullptr) return false;
  const bool alone = annotations_of(look).members().size() == 1;
  patch.remove(alone ? "/metadata/annotations" : pointer_of({"metadata", "annotations", annotation}));
  return true;
}

std::vector<Backend> before_us(const Look& look, const std::vector<Backend>& now) {
  const json::Value remembered = remembered_of(look);
  std::vector<Backend> before;
  for (const Backend& backend : now) {
    if (is_set_of(look.route.service, backend.name)) continue;
    const json::Value* weight = remembered.find(backend.name);
    before.push_back(backend);
    if (weight == nullptr) continue;
    before.back().written = weight->is_integer();
    before.back().weight = weight->is_integer() ? weight->as_uint() : 1;
  }
  return before;
}

// One that stays: whether its weight is to change.
bool weigh(const std::string& item, const Backend& now, const Backend& to, JsonPatch& patch) {
  if (to.written == now.written && (!to.written || to.weight == now.weight)) return false;
  if (to.written) {
    patch.add(item + "/weight", to.weight);  // also over one that is there
  } else {
    patch.remove(item + "/weight");
  }
  return true;
}

}  // namespace

std::vector<Backend> backends_of(const WeightedList& list) {
  std::vector<Backend> backends;
  if (list.items == nullptr) return backends;
  for (const json::Value& item : list.items->items()) {
    const std::string& name = under(item, list.name).as_string();
    const json::Value* weight = item.find("weight");
    const bool there = weight != nullptr && weight->is_integer();
    backends.push_back({name.substr(0, name.find('.')), there ? weight->as_uint() : list.missing_weight, there});
  }
  return backends;
}

std::string annotation_of(const ServiceName& service) { return "depops.io/before-" + service.str(); }

std::vector<Backend> wanted_backends(const Look& look, const std::vector<Backend>& now) {
  if (look.route.shares.empty()) return before_us(look, now);
  std::vector<Backend> wanted;
  std::uint64_t sum = 0;
  for (const SetShare& share : look.route.shares) {
    wanted.push_back({share.set.str(), share.percent, true});
    sum += share.percent;
  }
  if (sum == 0) return now;
  for (const Backend& backend : now)
    if (!is_set_of(look.route.service, backend.name)) wanted.push_back({backend.name, 0, true});
  return wanted;
}

bool patch_backends(const Look& look, const WeightedList& list, const std::vector<Backend>& wanted, JsonPatch& patch) {
  const std::vector<Backend> now = backends_of(list);
  const bool there = list.items != nullptr && list.items->is_array();
  if (there) test_backends(list, patch);
  bool needed = look.route.shares.empty() ? forget(look, patch) : false;
  bool changes = false;
  for (std::size_t i = 0; i < now.size(); ++i) {
    const Backend* to = named(wanted, now[i].name);
    if (to != nullptr && weigh(item_at(list, i), now[i], *to, patch)) changes = true;
  }
  for (std::size_t i = now.size(); i-- > 0;) {
    if (named(wanted, now[i].name) != nullptr) continue;
    patch.remove(item_at(list, i));
    changes = true;
  }
  if (!there && !wanted.empty()) patch.add(list.pointer, json::Value::array());
  for (const Backend& backend : wanted) {
    if (named(now, backend.name) != nullptr) continue;
    json::Value item = list.make(backend.name);
    patch.add(list.pointer + "/-", item.add("weight", backend.weight));
    changes = true;
  }
  if (changes && !look.route.shares.empty()) (void)remember(look, now, patch);
  return needed || changes;
}

void add_held(const ServiceName& service, const std::vector<Backend>& backends, Held& held) {
  for (const Backend& backend : backends) {
    if (is_set_of(service, backend.name)) {
      held.weights[SetId(backend.name)] += backend.weight;
    } else {
      held.others += backend.weight;
    }
  }
  held.fields.merge(fields_of(backends));
}

Fields fields_of(const std::vector<Backend>& backends) {
  Fields fields;
  for (const Backend& backend : backends) fields["weight of " + backend.name] = std::to_string(backend.weight);
  return fields;
}

}  // namespace depops::agent::kubernetes
