#pragma once

#include <map>
#include <string>
#include <vector>

#include "shared/manifest/manifest.h"

// Trees that passed the schema to values; nothing here can fail.
namespace depops::manifest {

Pipeline read_pipeline(const Node& document);
AnalysisTemplate read_analysis_template(const Node& document);

// Notes `key` of `map`, if it is there, as something that comes later.
void note(const Node& map, const char* key, const std::string& path, std::vector<Later>& later);

std::vector<Step> read_steps(const Node& list, const std::string& path, std::vector<Later>& later);
Canary read_blue_green(const Node& node, const std::string& path, std::vector<Later>& later);
void read_beside_steps(const Node& node, Canary& canary);

// What one metric is judged by: its test, interval and limits; name and provider are left out.
analysis::MetricSpec read_judging(const Node& metric);

// An approval step; what it asks for and comes later is added to `later`.
rollout::Approval read_approval(const Node& node, const std::string& path, std::vector<Later>& later);

rollout::Hook read_hook(const Node& node);

analysis::Provider read_provider(const Node& provider);

// What is wrong with a URL to ask for numbers; empty: nothing. Never repeats it, for it may hold a password.
std::string trouble_with_url(const std::string& url);

// Whether it counts the requests of each version: without, nothing can wait for a number of them.
bool counts_requests(const Node& provider);

// Rules over more than one value: names that must differ, references within the file.
void check_pipeline(const Node& document, const std::string& file, std::vector<Diagnostic>& found);
// Order of the steps of a canary or of blue-green, and what each needs of those before it.
void check_steps(const Node& environment, const std::string& file, const std::string& path,
                 std::vector<Diagnostic>& found);
void check_analysis_template(const Node& document, const std::string& file, std::vector<Diagnostic>& found);

// What stands together in one step of a canary.
void check_step(const Node& step, const std::string& file, const std::string& path, std::vector<Diagnostic>& found);

// Whether the source of a metric gives what its test or its conditions need.
void check_source(const Node& metric, const std::string& file, const std::string& path, std::vector<Diagnostic>& found);

std::string text_at(const Node& map, const char* key, const char* otherwise = "");
Millis duration_at(const Node& map, const char* key, Millis otherwise);
std::uint64_t count_at(const Node& map, const char* key, std::uint64_t otherwise);
double number_at(const Node& map, const char* key, double otherwise);
std::map<std::string, std::string> texts_at(const Node& map, const char* key);
std::vector<std::string> list_at(const Node& map, const char* key);
rollout::CountOrPercent count_or_percent_at(const Node& map, const char* key, rollout::CountOrPercent otherwise);

}  // namespace depops::manifest
