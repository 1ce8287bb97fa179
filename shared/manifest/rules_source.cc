#include <algorithm>
#include <array>

#include "shared/analysis/placeholders.h"
#include "shared/manifest/read.h"

// Tests of counts need counts, tests of values a value for each version.
namespace depops::manifest {
namespace {

// A provider and its key for a value; those that give counts have the keys "requests" and "errors".
struct SourceWords {
  const char* provider;
  const char* value;
  bool asks_per_version;  // its texts must name the version; the others know it by themselves
  const char* for_all;    // the key of a text that names it for all the others
  bool in_queries;        // texts are queries, which can ask for a rate
};
constexpr std::array<SourceWords, 3> kSources{{{"scrape", "value", false, "", false},
                                               {"prometheus", "query", true, "", true},
                                               {"http", "value", true, "url", false}}};

class SourceRules {
 public:
  SourceRules(const Node& metric, const std::string& file, const std::string& path, std::vector<Diagnostic>& found)
      : metric_(metric), file_(file), path_(path + ".provider"), found_(found) {}

  void check() {
    const Node& provider = *metric_.find("provider");
    const Node* test = metric_.find("test");
    const std::string name = test == nullptr ? "" : test->keys.at(0).name;
    const bool compares_values = name == "gauge" || name == "mannWhitney";
    if (compares_values && provider.find("haproxy") != nullptr) {
      fail(provider, "",
           "the " + name + " test compares values; use a provider that gives them, like scrape with \"value\"");
    }
    if (const Node* command = provider.find("command")) check_command(*command, name, compares_values);
    if (const Node* workload = provider.find("workload"); workload != nullptr && !name.empty() && !compares_values) {
      fail(*workload, ".workload",
           "the " + name + " test needs counts of requests; use conditions, gauge or mannWhitney");
    }
    for (const SourceWords& words : kSources) {
      const Node* source = provider.find(words.provider);
      if (source == nullptr) continue;
      words_ = words;
      const Node* for_all = source->find(words.for_all);
      told_apart_ = !words.asks_per_version || (for_all != nullptr && analysis::tells_versions_apart(for_all->text));
      if (name.empty()) check_condition(*source);
      if (compares_values) check_values(*source, name);
      if (!name.empty() && !compares_values) check_counts(*source, name);
    }
  }

 private:
  void fail(const Node& node, const std::string& below, std::string message) {
    found_.push_back({file_, node.place, path_ + below, std::move(message)});
  }

  // A program gives one value at a time.
  void check_command(const Node& command, const std::string& test, bool compares_values) {
    if (test.empty()) return;
    if (!compares_values) {
      return fail(command, ".command",
                  "the " + test + " test needs counts, and a program gives one value; use conditions");
    }
    const std::vector<std::string> arguments = list_at(command, "args");
    if (std::none_of(arguments.begin(), arguments.end(), analysis::tells_versions_apart)) {
      fail(command, ".command", "asks for both versions alike; tell them apart by {{set}} or {{version}} in args");
    }
    if (text_at(command, "result") == "stdout") return;
    fail(command, ".command",
         "the " + test + " test compares values; use result: stdout and let the program write one");
  }

  void check_condition(const Node& source) {
    if (source.find(words_.value) != nullptr) return;
    if (source.find("requests") != nullptr) return check_counters(source);
    fail(source, below(), "a condition needs " + quoted(words_.value) + ", or \"requests\" and \"errors\"");
  }

  void check_values(const Node& source, const std::string& test) {
    const Node* value = source.find(words_.value);
    if (value != nullptr) return check_told_apart(*value, words_.value);
    fail(source, below(), "the " + test + " test compares values; it needs " + quoted(words_.value));
  }

  void check_counts(const Node& source, const std::string& test) {
    if (source.find("requests") != nullptr && source.find("errors") != nullptr) return check_counters(source);
    fail(source, below(), "the " + test + " test needs both \"requests\" and \"errors\"");
  }

  void check_counters(const Node& source) {
    for (const char* key : {"requests", "errors"}) {
      const Node* text = source.find(key);
      if (text == nullptr) continue;
      check_told_apart(*text, key);
      check_cumulative(*text, key);
    }
  }

  void check_told_apart(const Node& text, const char* key) {
    if (told_apart_ || analysis::tells_versions_apart(text.text)) return;
    fail(text, below() + "." + key, "asks for both versions alike; tell them apart by {{set}} or {{version}}");
  }

  // Windows are cut between readings of counters; rate() and increase() extrapolate and know nothing of windows.
  void check_cumulative(const Node& text, const char* key) {
    if (!words_.in_queries) return;
    for (const char* word : {"rate(", "increase(", "delta("}) {
      if (text.text.find(word) == std::string::npos) continue;
      return fail(text, below() + "." + key,
                  "counts must be whole: ask for the counter itself and not for its " + std::string(word) + ")");
    }
  }

  std::string below() const { return std::string(".") + words_.provider; }

  const Node& metric_;
  const std::string& file_;
  std::string path_;
  std::vector<Diagnostic>& found_;
  SourceWords words_{};
  bool told_apart_ = false;
};

}  // namespace

void check_source(const Node& metric, const std::string& file, const std::string& path,
                  std::vector<Diagnostic>& found) {
  SourceRules(metric, file, path, found).check();
}

}  // namespace depops::manifest
