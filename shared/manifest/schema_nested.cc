#include <algorithm>

#include "shared/manifest/schema_check.h"

// Lists, maps, and words that join schemas.
namespace depops::manifest {
namespace {

std::size_t count_in(const Node* limit, std::size_t otherwise) {
  return limit == nullptr ? otherwise : static_cast<std::size_t>(std::stoul(limit->text));
}

bool same(const Node& a, const Node& b) {
  if (a.kind != b.kind || a.text != b.text || a.items.size() != b.items.size()) return false;
  for (std::size_t i = 0; i < a.items.size(); ++i) {
    if (!a.keys.empty() && a.keys[i].name != b.keys[i].name) return false;
    if (!same(a.items[i], b.items[i])) return false;
  }
  return true;
}

std::vector<std::string> names_of(const std::vector<Key>& keys) {
  std::vector<std::string> names;
  for (const Key& key : keys) names.push_back(key.name);
  return names;
}

// "successWhen or failWhen" for a schema that only says which keys must be there; empty for any other.
std::string only_required(const Node& schema) {
  if (schema.keys.size() != 1) return "";
  if (const Node* required = schema.find("required")) return listed(texts_of(*required), " and ");
  const Node* any = schema.find("anyOf");
  if (any == nullptr) return "";
  std::vector<std::string> words;
  for (const Node& branch : any->items) words.push_back(only_required(branch));
  return std::any_of(words.begin(), words.end(), [](const auto& word) { return word.empty(); }) ? "" : listed(words);
}

std::string below(const std::string& path, const std::string& key) { return path.empty() ? key : path + "." + key; }

}  // namespace

void SchemaCheck::check_list(const Node& schema, const Node& node, const std::string& path) {
  const std::size_t least = count_in(schema.find("minItems"), 0);
  const std::size_t most = count_in(schema.find("maxItems"), node.items.size());
  if (node.items.size() < least) fail(node, path, "is too short; needs at least " + std::to_string(least) + " entry");
  if (node.items.size() > most) {
    return fail(node, path, "has " + std::to_string(node.items.size()) + " entries; at most " + std::to_string(most));
  }
  const Node* unique = schema.find("uniqueItems");
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const std::string here = path + "[" + std::to_string(i) + "]";
    if (const Node* items = schema.find("items")) walk(*items, node.items[i], here);
    if (unique == nullptr || !unique->is_true()) continue;
    for (std::size_t j = 0; j < i; ++j) {
      if (same(node.items[i], node.items[j])) fail(node.items[i], here, "is there twice; leave one out");
    }
  }
}

void SchemaCheck::check_map(const Node& schema, const Node& node, const std::string& path) {
  const std::size_t before = found_.size();
  check_entries(schema, node, path);
  if (found_.size() == before) check_size(schema, node, path);
  check_required(schema, node, path);
}

void SchemaCheck::check_required(const Node& schema, const Node& node, const std::string& path) {
  const Node* required = schema.find("required");
  if (required == nullptr) return;
  for (const Node& key : required->items) {
    if (node.find(key.text) == nullptr) fail(node, path, "needs the key " + quoted(key.text));
  }
}

void SchemaCheck::check_size(const Node& schema, const Node& node, const std::string& path) {
  const std::size_t least = count_in(schema.find("minProperties"), 0);
  const std::size_t most = count_in(schema.find("maxProperties"), node.keys.size());
  if (node.keys.size() >= least && node.keys.size() <= most) return;
  const Node* properties = schema.find("properties");
  if (properties == nullptr) {
    return fail(node, path,
                "has " + std::to_string(node.keys.size()) + " entries; must have at least " + std::to_string(least) +
                    " and at most " + std::to_string(most));
  }
  const char* number = most == 1 ? "exactly one" : "at least one";
  std::string message = std::string("needs ") + number + " of " + listed(names_of(properties->keys));
  if (!node.keys.empty()) message += "; has " + listed(names_of(node.keys), " and ");
  fail(node, path, std::move(message));
}

void SchemaCheck::check_entries(const Node& schema, const Node& node, const std::string& path) {
  const Node* properties = schema.find("properties");
  const Node* others = schema.find("additionalProperties");
  const Node* key_rule = schema.find("propertyNames");
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    const Key& key = node.keys[i];
    const Node* rule = properties == nullptr ? nullptr : properties->find(key.name);
    if (key_rule != nullptr) {
      const Node name{Node::Kind::string, key.place, key.name, {}, {}};
      walk(*key_rule, name, below(path, quoted(key.name)));
    }
    if (rule == nullptr && others != nullptr && others->is(Node::Kind::map)) rule = others;
    if (rule != nullptr) {
      walk(*rule, node.items[i], below(path, key.name));
    } else if (others != nullptr && others->text == "false") {
      const std::vector<std::string> known =
          properties == nullptr ? std::vector<std::string>{} : names_of(properties->keys);
      const std::string near = nearest(key.name, known);
      std::string remedy = "; did you mean " + quoted(near) + "?";
      if (near.empty()) remedy = known.empty() ? "; no keys are allowed here" : "; known here: " + listed(known, ", ");
      fail_at(key.place, path, "unknown key " + quoted(key.name) + remedy);
    }
  }
}

void SchemaCheck::check_alternatives(const Node& schema, const Node& node, const std::string& path) {
  if (const Node* all = schema.find("allOf")) {
    for (const Node& one : all->items) walk(one, node, path);
  }
  const Node* condition = schema.find("if");
  const Node* then = schema.find("then");
  if (condition != nullptr && then != nullptr && matches(*condition, node)) walk(*then, node, path);
  const Node* any = schema.find("anyOf");
  const Node* alternatives = any != nullptr ? any : schema.find("oneOf");
  if (alternatives == nullptr) return;
  std::size_t count = 0;
  std::vector<std::string> words;
  for (const Node& one : alternatives->items) {
    if (matches(one, node)) ++count;
    words.push_back(only_required(one));
  }
  if (count == 1 || (any != nullptr && count > 0)) return;
  const bool keys_only = std::none_of(words.begin(), words.end(), [](const auto& word) { return word.empty(); });
  const std::string meant = description(schema);
  if (keys_only) return fail(node, path, "needs exactly one of: " + listed(words, "; or "));
  fail(node, path, "is " + shown(node) + "; must be " + (meant.empty() ? "of another form" : meant));
}

}  // namespace depops::manifest
