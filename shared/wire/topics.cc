#include "shared/wire/topics.h"

#include "shared/base/check.h"

namespace depops::wire {
namespace {

constexpr std::string_view kRoot = "depops/v1/";
constexpr std::string_view kHubState = "all/hub";

struct Row {
  Channel channel;
  std::string_view suffix;
};
constexpr Row kRows[] = {
    {Channel::down_desired, "/down/desired"}, {Channel::down_message, "/down/msg"}, {Channel::up_control, "/up/ctl"},
    {Channel::up_events, "/up/ev"},           {Channel::up_audit, "/up/audit"},     {Channel::up_telemetry, "/up/tel"},
    {Channel::up_presence, "/up/presence"},
};

std::string join(std::string_view site, Channel channel) {
  for (const Row& row : kRows) {
    if (row.channel == channel) return std::string(kRoot).append(site).append(row.suffix);
  }
  DEPOPS_CHECK(channel == Channel::hub_state);
  return std::string(kRoot).append(kHubState);
}

}  // namespace

std::string topic_of(Channel channel, const SiteName& site) {
  DEPOPS_CHECK(channel == Channel::hub_state || is_name(site.str()));
  return join(site.str(), channel);
}

std::string every_site(Channel channel) { return join("+", channel); }

std::optional<Topic> parse_topic(std::string_view topic) {
  if (!topic.starts_with(kRoot)) return std::nullopt;
  topic.remove_prefix(kRoot.size());
  if (topic == kHubState) return Topic{Channel::hub_state, SiteName()};
  for (const Row& row : kRows) {
    if (!topic.ends_with(row.suffix)) continue;
    const auto site = topic.substr(0, topic.size() - row.suffix.size());
    if (is_name(site)) return Topic{row.channel, SiteName(std::string(site))};
  }
  return std::nullopt;
}

}  // namespace depops::wire
