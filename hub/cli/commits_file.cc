#include "hub/cli/commits_file.h"

#include <sstream>

#include "hub/cli/json_text.h"
#include "hub/cli/time_text.h"
#include "shared/json/parse.h"

namespace depops::hub::cli {
namespace {

using json::Value;

constexpr std::size_t kCommitsMax = 1'000;
constexpr std::size_t kTitleMax = 200;

bool is_sha(const std::string& text) {
  return text.size() >= 7 && text.size() <= 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

// Cut at a character, not inside one.
std::string cut_title(std::string title) {
  title = printable(title);
  std::size_t length = std::min(title.size(), kTitleMax);
  while (length > 0 && length < title.size() && (static_cast<unsigned char>(title[length]) & 0xc0) == 0x80) --length;
  title.resize(length);
  return title;
}

Answer<Value> commit_of(const std::string& sha, const std::string& time, const std::string& title,
                        const std::string& place) {
  if (!is_sha(sha)) return Trouble{Exit::error, place + ": no commit of 7 to 64 hex digits stands first"};
  const auto at = parse_time(time);
  if (!at) return Trouble{Exit::error, place + ": the time must be like 2026-11-23T13:00:00+01:00, with its offset"};
  Value commit = Value::object();
  commit.add("sha", Value(sha)).add("committedAt", Value(write_time(*at)));
  if (!title.empty()) commit.add("title", Value(cut_title(title)));
  return commit;
}

Answer<Value> from_lines(const std::string& text, const std::string& file) {
  Value commits = Value::array();
  std::istringstream lines(text);
  std::string line;
  for (std::size_t number = 1; std::getline(lines, line); ++number) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    std::istringstream words(line);
    std::string sha, time, title;
    words >> sha >> time;
    std::getline(words >> std::ws, title);
    auto commit = commit_of(sha, time, title, file + ":" + std::to_string(number));
    if (!commit.ok()) return commit.trouble();
    commits.push(commit.take());
  }
  return commits;
}

Answer<Value> from_json(const std::string& text, const std::string& file) {
  const auto parsed = json::parse(text);
  if (!parsed) return Trouble{Exit::error, file + ": " + parsed.error().what};
  Value commits = Value::array();
  for (const Value& item : parsed->items()) {
    const std::string place = file + ": commit " + std::to_string(commits.items().size() + 1);
    auto commit = commit_of(item["sha"].as_string(), item["committedAt"].as_string(), item["title"].as_string(), place);
    if (!commit.ok()) return commit.trouble();
    commits.push(commit.take());
  }
  return commits;
}

}  // namespace

Answer<Value> parse_commits(const std::string& text, const std::string& file) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  const bool is_json = first != std::string::npos && text[first] == '[';
  auto commits = is_json ? from_json(text, file) : from_lines(text, file);
  if (commits.ok() && commits->items().size() > kCommitsMax) {
    return Trouble{Exit::error, file + ": more than 1000 commits; give the newest 1000"};
  }
  return commits;
}

}  // namespace depops::hub::cli
