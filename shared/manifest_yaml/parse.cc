#include "shared/manifest_yaml/parse.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <optional>
#include <sstream>
#include <unordered_map>

#include "shared/base/check.h"
#include "shared/manifest/schema.h"
#include "shared/manifest_yaml/scalar.h"

namespace depops::manifest_yaml {
namespace {

using manifest::Diagnostic;
using manifest::Node;
using manifest::Place;

constexpr std::size_t kTwiceMax = 100;  // keys there twice that are told of

// Ends the reading of a text where going on makes no sense.
struct Stop {
  Place place;
  std::string message;
};

Place place_of(const YAML::Mark& mark) {
  if (mark.is_null()) return {};
  return {static_cast<std::uint32_t>(mark.line + 1), static_cast<std::uint32_t>(mark.column + 1)};
}

// Builds trees from what the parser meets. Anchors and aliases are refused as soon as they are met, so nothing can be
// expanded into more than the text is long.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(std::string file, std::vector<Diagnostic>& found) : file_(std::move(file)), found_(found) {}

  std::vector<Node> take() { return std::move(documents_); }

  // The library takes what it can not place for the beginning of the next document, and of the next, and never goes on.
  void OnDocumentStart(const YAML::Mark& mark) override {
    open_.clear();
    if (mark.pos == begin_ && !documents_.empty()) documents_.pop_back();  // nothing was read there
    if (mark.pos == begin_)
      throw Stop{place_of(mark), "what stands here belongs to nothing before it; look for a bracket or comma too many"};
    begin_ = mark.pos;
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { add(scalar(mark, anchor, "", "", "")); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw Stop{place_of(mark), "aliases (*name) are not allowed; write the value out"};
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    add(scalar(mark, anchor, tag, value, tag == "?" ? "plain" : "quoted"));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Node::Kind::list);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Node::Kind::map);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    Node node;
    bool key_next = true;   // of a map: the next scalar is a key
    bool keep_next = true;  // false: the value belongs to a key that is there twice
    // Of each key: a text of nothing but keys must not be compared each with each.
    std::unordered_map<std::string, std::uint32_t> lines{};
  };

  void refuse_extras(Place place, const std::string& tag, YAML::anchor_t anchor) const {
    if (anchor != 0) throw Stop{place, "anchors (&name) are not allowed; write the value out"};
    if (!tag.empty() && tag != "?" && tag != "!") throw Stop{place, "tags (!name) are not allowed; leave the tag out"};
  }

  Node scalar(const YAML::Mark& mark, YAML::anchor_t anchor, const std::string& tag, const std::string& value,
              std::string_view style) {
    refuse_extras(place_of(mark), tag, anchor);
    if (value.find('\0') != std::string::npos) {
      throw Stop{place_of(mark), "holds a zero byte (\\0), which no process can be given; leave it out"};
    }
    const Node::Kind kind = style == "quoted" ? Node::Kind::string : kind_of_plain(value);
    return {kind, place_of(mark), value, {}, {}};
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Node::Kind kind) {
    refuse_extras(place_of(mark), tag, anchor);
    if (open_.size() >= kDepthMax) {
      throw Stop{place_of(mark), "more than " + std::to_string(kDepthMax) + " levels deep; make it flatter"};
    }
    if (!open_.empty() && open_.back().node.is(Node::Kind::map) && open_.back().key_next) {
      throw Stop{place_of(mark), "a key must be text; did you forget quotes around {{...}} or [...]?"};
    }
    count(place_of(mark));
    open_.emplace_back().node = {kind, place_of(mark), "", {}, {}};
  }

  void close() {
    DEPOPS_CHECK(!open_.empty());
    Node done = std::move(open_.back().node);
    open_.pop_back();
    place(std::move(done));
  }

  void add(Node node) {
    count(node.place);
    if (!open_.empty() && open_.back().node.is(Node::Kind::map) && open_.back().key_next) {
      add_key(node);
    } else {
      place(std::move(node));
    }
  }

  void add_key(const Node& key) {
    Open& map = open_.back();
    map.key_next = false;
    const auto [before, fresh] = map.lines.emplace(key.text, key.place.line);
    map.keep_next = fresh;
    if (fresh) {
      map.node.keys.push_back({key.text, key.place});
    } else if (found_.size() < kTwiceMax) {
      const std::string line = std::to_string(before->second);
      found_.push_back(
          {file_, key.place, "", "key " + manifest::quoted(key.text) + " is there twice; first in line " + line});
    }
  }

  void place(Node node) {
    if (open_.empty()) {
      documents_.push_back(std::move(node));
      return;
    }
    Open& parent = open_.back();
    if (parent.keep_next) parent.node.items.push_back(std::move(node));
    parent.key_next = true;
    parent.keep_next = true;
  }

  void count(Place at) {
    if (++nodes_ > kNodesMax) throw Stop{at, "more than " + std::to_string(kNodesMax) + " values; split the file"};
  }

  std::string file_;
  std::vector<Diagnostic>& found_;
  std::vector<Node> documents_;
  std::vector<Open> open_;
  std::size_t nodes_ = 0;
  int begin_ = -1;  // of the document
};

std::vector<Node> read_trees(std::string_view text, const std::string& file, std::vector<Diagnostic>& found) {
  TreeBuilder builder(file, found);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const Stop& stop) {
    found.push_back({file, stop.place, "", stop.message});
  } catch (const YAML::Exception& e) {
    found.push_back({file, place_of(e.mark), "", "this is not YAML: " + e.msg});
  }
  return builder.take();
}

Node read_schema() {
  std::vector<Diagnostic> found;
  std::vector<Node> trees = read_trees(manifest::schema_text(), "depops-v1.schema.json", found);
  DEPOPS_CHECK(found.empty() && trees.size() == 1);
  return std::move(trees.front());
}

const Node& schema() {
  static const Node tree = read_schema();
  return tree;
}

// Nothing if there is nothing to judge: what is wrong with the text as a whole is in `found`.
std::optional<std::vector<Node>> trees_of(std::string_view text, const std::string& file,
                                          std::vector<Diagnostic>& found) {
  if (text.size() > kTextMax) {
    found.push_back({file, {}, "", "is larger than 1 MiB; split the file"});
    return std::nullopt;
  }
  if (const auto bad = first_bad_byte(text)) {
    found.push_back({file, *bad, "", "is not UTF-8 text; save it as UTF-8 without control characters"});
    return std::nullopt;
  }
  std::vector<Node> trees = read_trees(text, file, found);
  if (!found.empty() && trees.empty()) return std::nullopt;
  return trees;
}

// All that is wrong with the text as a whole, and what `judge` says about its trees.
template <typename Parsed, typename Judge>
Parsed judged(std::string_view text, const std::string& file, const Judge& judge) {
  Parsed parsed;
  std::vector<Diagnostic> found;
  const auto trees = trees_of(text, file, found);
  if (trees) parsed = judge(*trees, schema(), file);
  parsed.diagnostics.insert(parsed.diagnostics.end(), found.begin(), found.end());
  manifest::sort(parsed.diagnostics);
  return parsed;
}

}  // namespace

manifest::Parsed parse(std::string_view text, const std::string& file) {
  return judged<manifest::Parsed>(text, file, manifest::judge);
}

manifest::ParsedSeries parse_series(std::string_view text, const std::string& file) {
  auto parsed = judged<manifest::ParsedSeries>(text, file, manifest::judge_series);
  if (!parsed.diagnostics.empty()) parsed.series.reset();  // what stands before the mistake may be a whole one
  return parsed;
}

manifest::ParsedScenario parse_scenario(std::string_view text, const std::string& file) {
  auto parsed = judged<manifest::ParsedScenario>(text, file, manifest::judge_scenario);
  if (!parsed.diagnostics.empty()) parsed.scenario.reset();
  return parsed;
}

std::vector<std::string> unknown_schema_words() { return manifest::unknown_keywords(schema()); }

}  // namespace depops::manifest_yaml
