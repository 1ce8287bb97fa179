#include "agent/kubernetes/manifests/read_yaml.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <map>
#include <sstream>

#include "agent/kubernetes/manifests/yaml_scalar.h"
#include "shared/base/check.h"

namespace depops::agent::kubernetes {
namespace {

// Ends the reading where going on makes no sense.
struct Stop {
  YAML::Mark mark;
  std::string what;
};

struct Document {
  json::Value body;
  int line = 0;
};

// Builds JSON from what the parser meets. Aliases are refused as soon as they are met, so nothing can become more than
// the text is long.
class JsonBuilder : public YAML::EventHandler {
 public:
  std::vector<Document> take() { return std::move(documents_); }

  // The library takes what it can not place for the beginning of the next document, and of the next, and never goes on.
  void OnDocumentStart(const YAML::Mark& mark) override {
    line_ = mark.line + 1;
    if (mark.pos == begin_)
      throw Stop{mark, "what stands here belongs to nothing before it; look for a bracket or comma too many"};
    begin_ = mark.pos;
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { scalar(mark, anchor, "", {}); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw Stop{mark, "aliases (*name) are not taken; render the manifests with kustomize build or helm template"};
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    scalar(mark, anchor, tag, value);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, json::Value::array());
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, json::Value::object());
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    json::Value value;
    bool key_next = false;
    std::string key{};
    std::map<std::string, int> lines{};  // of each key
  };

  void check_extras(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (anchor != 0) throw Stop{mark, "anchors (&name) are not taken; write the value out"};
    if (!tag.empty() && tag != "?" && tag != "!") throw Stop{mark, "tags (!name) are not taken; leave the tag out"};
    if (++values_ > kManifestValuesMax)
      throw Stop{mark, "more than " + std::to_string(kManifestValuesMax) + " values; split the file"};
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, json::Value empty) {
    check_extras(mark, tag, anchor);
    if (open_.size() >= kManifestDepthMax)
      throw Stop{mark, "more than " + std::to_string(kManifestDepthMax) + " levels deep; make it flatter"};
    if (open_.empty()) line_ = mark.line + 1;
    if (!open_.empty() && open_.back().key_next) throw Stop{mark, "a key must be a text"};
    const bool map = empty.is_object();
    open_.push_back({std::move(empty), map});
  }

  void scalar(const YAML::Mark& mark, YAML::anchor_t anchor, const std::string& tag, const std::string& value) {
    check_extras(mark, tag, anchor);
    if (value.find('\0') != std::string::npos) throw Stop{mark, "holds a zero byte; leave it out"};
    if (!open_.empty() && open_.back().key_next) return key(mark, value);
    if (tag == "!") return place(json::Value(value));  // in quotes, or a block
    auto read = plain_scalar(value);
    if (!read.ok()) throw Stop{mark, read.error().what};
    place(std::move(*read));
  }

  void key(const YAML::Mark& mark, const std::string& name) {
    Open& map = open_.back();
    const auto [before, fresh] = map.lines.emplace(name, mark.line + 1);
    if (!fresh)
      throw Stop{mark, "the key '" + name + "' stands twice; first in line " + std::to_string(before->second)};
    map.key = name;
    map.key_next = false;
  }

  void close() {
    DEPOPS_CHECK(!open_.empty());
    json::Value done = std::move(open_.back().value);
    open_.pop_back();
    place(std::move(done));
  }

  void place(json::Value value) {
    if (open_.empty()) {
      documents_.push_back({std::move(value), line_});
      return;
    }
    Open& parent = open_.back();
    if (parent.value.is_array()) {
      parent.value.push(std::move(value));
      return;
    }
    parent.value.add(parent.key, std::move(value));
    parent.key_next = true;
  }

  std::vector<Document> documents_;
  std::vector<Open> open_;
  std::size_t values_ = 0;
  int line_ = 1;
  int begin_ = -1;  // of the document
};

Error wrong(const std::string& file, const YAML::Mark& mark, const std::string& what) {
  return {Errc::invalid,
          file + ":" + std::to_string(mark.line + 1) + ":" + std::to_string(mark.column + 1) + ": " + what};
}

Result<std::vector<Document>> documents_of(std::string_view text, const std::string& file) {
  if (text.size() > kManifestTextMax) return Error{Errc::invalid, file + ": larger than 1 MiB; split it"};
  JsonBuilder builder;
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const Stop& stop) {
    return wrong(file, stop.mark, stop.what);
  } catch (const YAML::Exception& exception) {
    return wrong(file, exception.mark, "this is no YAML: " + exception.msg);
  }
  return builder.take();
}

Result<void> add(json::Value body, const std::string& at, std::vector<ManifestObject>& objects) {
  const std::string kind = body["kind"].as_string();
  const std::string name = body["metadata"]["name"].as_string();
  const std::string version = body["apiVersion"].as_string();
  if (!body.is_object() || kind.empty() || version.empty())
    return Error{Errc::invalid, at + ": is no object of Kubernetes; it needs apiVersion and kind"};
  if (kind.ends_with("List") && body["items"].is_array()) {
    for (const json::Value& item : body["items"].items()) DEPOPS_TRY_VOID(add(item, at, objects));
    return {};
  }
  if (name.empty()) return Error{Errc::invalid, at + ": " + kind + ": metadata.name is missing; add it"};
  if (objects.size() >= kManifestObjectsMax)
    return Error{Errc::invalid, at + ": more than " + std::to_string(kManifestObjectsMax) + " objects in one version"};
  objects.push_back({std::move(body), at + ": " + kind + " " + name});
  return {};
}

}  // namespace

Result<std::vector<ManifestObject>> read_manifests(std::string_view text, const std::string& file) {
  DEPOPS_TRY(std::vector<Document> documents, documents_of(text, file));
  std::vector<ManifestObject> objects;
  for (Document& document : documents) {
    if (document.body.is_null()) continue;  // nothing between two lines of ---
    DEPOPS_TRY_VOID(add(std::move(document.body), file + ":" + std::to_string(document.line), objects));
  }
  return objects;
}

}  // namespace depops::agent::kubernetes
