#include "tests/support/kubernetes/fake_tree.h"

#include <algorithm>

namespace depops::test {
namespace {

const json::Value kNothing;

Names names_of(const std::string& pointer) {
  Names names;
  for (std::size_t from = pointer.empty() ? std::string::npos : 0; from != std::string::npos;) {
    const std::size_t to = pointer.find('/', from + 1);
    std::string name = pointer.substr(from + 1, to == std::string::npos ? to : to - from - 1);
    for (std::size_t i = 0; (i = name.find("~1", i)) != std::string::npos; ++i) name.replace(i, 2, "/");
    for (std::size_t i = 0; (i = name.find("~0", i)) != std::string::npos; ++i) name.replace(i, 2, "~");
    names.push_back(std::move(name));
    from = to;
  }
  return names;
}

void collect(const json::Value& tree, Names& way, std::map<Names, json::Value>& leaves) {
  for (const auto& [name, value] : tree.members()) {
    way.push_back(name);
    if (value.is_object() && !value.members().empty()) {
      collect(value, way, leaves);
    } else {
      leaves[way] = value;
    }
    way.pop_back();
  }
}

// A place in a list; "-" is the one behind the last.
std::optional<std::size_t> place_of(const std::string& name, std::size_t size) {
  if (name == "-") return size;
  if (name.empty() || name.size() > 6 || name.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
  return std::stoul(name);
}

std::optional<json::Value> changed(const json::Value& tree, const Names& names, const std::string& what,
                                   const json::Value& value);

std::optional<json::Value> changed_list(const json::Value& list, const Names& names, const std::string& what,
                                        const json::Value& value) {
  json::Value::Array items = list.items();
  const auto place = place_of(names.front(), items.size());
  const bool adds = names.size() == 1 && what == "add";
  if (!place || *place >= items.size() + (adds ? 1 : 0)) return std::nullopt;
  const auto here = items.begin() + static_cast<std::ptrdiff_t>(*place);
  if (adds) {
    items.insert(here, value);
  } else if (names.size() == 1 && what == "remove") {
    items.erase(here);
  } else {
    auto next = changed(*here, Names(names.begin() + 1, names.end()), what, value);
    if (!next) return std::nullopt;
    *here = std::move(*next);
  }
  return json::Value(std::move(items));
}

// One change of a patch; nothing if it can not be made.
std::optional<json::Value> changed(const json::Value& tree, const Names& names, const std::string& what,
                                   const json::Value& value) {
  if (names.empty()) {
    if (what == "test" && tree != value) return std::nullopt;
    return what == "test" ? tree : value;
  }
  if (tree.is_array()) return changed_list(tree, names, what, value);
  const json::Value* member = tree.find(names.front());
  if (!tree.is_object()) return std::nullopt;
  if (names.size() == 1 && what == "add") return with(tree, names, value);
  if (member == nullptr) return std::nullopt;
  if (names.size() == 1 && what == "remove") return with(tree, names, std::nullopt);
  auto next = changed(*member, Names(names.begin() + 1, names.end()), what, value);
  if (!next) return std::nullopt;
  return with(tree, {names.front()}, std::move(*next));
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts(1);
  int depth = 0;
  for (const char c : text) {
    depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    if (c == ',' && depth == 0) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

bool holds(const std::string& term, const json::Value& labels) {
  if (term.empty()) return true;
  if (term[0] == '!') return labels.find(term.substr(1)) == nullptr;
  if (const auto in = term.find(" in ("); in != std::string::npos) {
    const json::Value* label = labels.find(term.substr(0, in));
    const auto values = split(term.substr(in + 5, term.size() - in - 6));
    return label != nullptr && std::count(values.begin(), values.end(), label->as_string()) > 0;
  }
  if (const auto differs = term.find("!="); differs != std::string::npos)
    return labels[term.substr(0, differs)].as_string() != term.substr(differs + 2);
  const auto equals = term.find('=');
  if (equals == std::string::npos) return labels.find(term) != nullptr;
  const json::Value* label = labels.find(term.substr(0, equals));
  return label != nullptr && label->as_string() == term.substr(term.find_last_of('=') + 1);
}

}  // namespace

const json::Value& at(const json::Value& tree, const Names& names) {
  const json::Value* here = &tree;
  for (const std::string& name : names) {
    here = here->find(name);
    if (here == nullptr) return kNothing;
  }
  return *here;
}

json::Value with(const json::Value& tree, const Names& names, std::optional<json::Value> value) {
  if (names.empty()) return value.value_or(json::Value());
  json::Value changed = json::Value::object();
  const Names rest(names.begin() + 1, names.end());
  bool there = false;
  for (const auto& [name, old] : tree.members()) {
    if (name != names.front()) {
      changed.add(name, old);
      continue;
    }
    there = true;
    if (!rest.empty() || value) changed.add(name, rest.empty() ? *value : with(old, rest, value));
  }
  if (!there && value) changed.add(names.front(), with(json::Value(), rest, value));
  return changed;
}

std::map<Names, json::Value> leaves_of(const json::Value& tree) {
  std::map<Names, json::Value> leaves;
  Names way;
  collect(tree, way, leaves);
  return leaves;
}

json::Value merged(const json::Value& tree, const json::Value& patch) {
  if (!patch.is_object()) return patch;
  json::Value result = tree.is_object() ? tree : json::Value::object();
  for (const auto& [name, value] : patch.members()) {
    result = with(result, {name}, value.is_null() ? std::nullopt : std::optional(merged(result[name], value)));
  }
  return result;
}

std::optional<json::Value> patched(json::Value tree, const json::Value& patch) {
  for (const json::Value& change : patch.items()) {
    const Names names = names_of(change["path"].as_string());
    auto next = changed(tree, names, change["op"].as_string(), change["value"]);
    if (!next) return std::nullopt;
    tree = std::move(*next);
  }
  return tree;
}

bool selects(const std::string& selector, const json::Value& labels) {
  const auto terms = split(selector);
  return std::all_of(terms.begin(), terms.end(), [&](const std::string& term) { return holds(term, labels); });
}

}  // namespace depops::test
