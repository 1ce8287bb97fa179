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
      : metric_(metric), file_(file), metric_path_(path), path_(path + ".provider"), found_(found) {}

  void check() {
    const Node& provider = *metric_.find("provider");
    const Node* test = metric_.find("test");
    if (const Node* job = provider.find("job")) return check_job(*job);
    test_ = test == nullptr ? "" : test->keys.at(0).name;
    compares_values_ = test_ == "gauge" || test_ == "mannWhitney";
    check_least(provider);
    if (test_ == "latency") return check_latency(provider);
    check_no_histogram(provider);
    if (compares_values_ && provider.find("haproxy") != nullptr) {
      fail(provider, "",
           "the " + test_ + " test compares values; use a provider that gives them, like scrape with \"value\"");
    }
    if (const Node* command = provider.find("command")) check_command(*command);
    if (const Node* workload = provider.find("workload")) needs_no_counts(*workload, ".workload");
    for (const SourceWords& words : kSources) {
      if (const Node* source = provider.find(words.provider)) check_words(*source, words);
    }
  }

 private:
  void fail(const Node& node, const std::string& below, std::string message) {
    found_.push_back({file_, node.place, path_ + below, std::move(message)});
  }

  // What it says is its end.
  void check_job(const Node& job) {
    for (const char* key : {"test", "successWhen", "failWhen"}) {
      const Node* unread = metric_.find(key);
      if (unread == nullptr) continue;
      found_.push_back({file_, unread->place, metric_path_ + "." + key,
                        "a Job passes when it is complete and fails when it has failed; leave it out"});
    }
    check_least(job);
  }

  void check_least(const Node& provider) {
    const Node* least = metric_.find("minRequests");
    if (least == nullptr || least->text == "0" || counts_requests(provider)) return;
    found_.push_back({file_, least->place, metric_path_ + ".minRequests",
                      "this source counts no requests, so the metric could never pass; leave it out"});
  }

  // Only these two keep buckets; of them nothing else is read then.
  void check_latency(const Node& provider) {
    bool found = false;
    for (const SourceWords& words : kSources) {
      const Node* source = provider.find(words.provider);
      const Node* histogram = source == nullptr ? nullptr : source->find("histogram");
      if (histogram == nullptr) continue;
      found = true;
      begin_words(*source, words);
      check_told_apart(*histogram, "histogram");
      check_cumulative(*histogram, "histogram");
      for (const char* other : {words.value, "requests", "errors"}) {
        const Node* unread = source->find(other);
        if (unread != nullptr)
          fail(*unread, below() + "." + other, "the latency test reads only the histogram; leave it out");
      }
    }
    if (!found) fail(provider, "", "the latency test needs a histogram; use scrape or prometheus with \"histogram\"");
  }

  void check_no_histogram(const Node& provider) {
    for (const char* source : {"scrape", "prometheus"}) {
      const Node* node = provider.find(source);
      const Node* histogram = node == nullptr ? nullptr : node->find("histogram");
      if (histogram == nullptr) continue;
      fail(*histogram, std::string(".") + source + ".histogram",
           "only the latency test reads a histogram; leave it out");
    }
  }

  void begin_words(const Node& source, const SourceWords& words) {
    words_ = words;
    const Node* url = source.find("url");
    const std::string trouble = url == nullptr ? "" : trouble_with_url(url->text);
    if (!trouble.empty()) fail(*url, below() + ".url", trouble);
    const Node* for_all = source.find(words.for_all);
    told_apart_ = !words.asks_per_version || (for_all != nullptr && analysis::tells_versions_apart(for_all->text));
  }

  void check_words(const Node& source, const SourceWords& words) {
    begin_words(source, words);
    if (test_.empty()) return check_condition(source);
    compares_values_ ? check_values(source) : check_counts(source);
  }

  // True for a test of values or conditions.
  bool needs_no_counts(const Node& source, const std::string& below) {
    if (test_.empty() || compares_values_) return true;
    fail(source, below, "the " + test_ + " test needs counts of requests; use conditions, gauge or mannWhitney");
    return false;
  }

  bool names_baseline() const {
    return (text_at(metric_, "successWhen") + text_at(metric_, "failWhen")).find("baseline") != std::string::npos;
  }

  // A program gives one value at a time.
  void check_command(const Node& command) {
    if (!needs_no_counts(command, ".command")) return;
    const std::vector<std::string> arguments = list_at(command, "args");
    const bool alike = std::none_of(arguments.begin(), arguments.end(), analysis::tells_versions_apart);
    if (alike && (compares_values_ || names_baseline())) {
      fail(command, ".command", "asks for both versions alike; tell them apart by {{set}} or {{version}} in args");
    }
    if (!compares_values_ || text_at(command, "result") == "stdout") return;
    fail(command, ".command",
         "the " + test_ + " test compares values; use result: stdout and let the program write one");
  }

  void check_condition(const Node& source) {
    const Node* value = source.find(words_.value);
    if (value != nullptr && names_baseline()) check_told_apart(*value, words_.value);
    if (value != nullptr) return;
    if (source.find("requests") != nullptr) return check_counters(source);
    fail(source, below(), "a condition needs " + quoted(words_.value) + ", or \"requests\" and \"errors\"");
  }

  void check_values(const Node& source) {
    const Node* value = source.find(words_.value);
    if (value != nullptr) return check_told_apart(*value, words_.value);
    fail(source, below(), "the " + test_ + " test compares values; it needs " + quoted(words_.value));
  }

  void check_counts(const Node& source) {
    if (source.find("requests") != nullptr && source.find("errors") != nullptr) return check_counters(source);
    fail(source, below(), "the " + test_ + " test needs both \"requests\" and \"errors\"");
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
  std::string metric_path_;
  std::string path_;
  std::vector<Diagnostic>& found_;
  std::string test_;  // its name; empty: conditions
  bool compares_values_ = false;
  SourceWords words_{};
  bool told_apart_ = false;
};

}  // namespace

void check_source(const Node& metric, const std::string& file, const std::string& path,
                  std::vector<Diagnostic>& found) {
  SourceRules(metric, file, path, found).check();
}

}  // namespace depops::manifest
