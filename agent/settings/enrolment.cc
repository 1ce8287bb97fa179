#include "agent/settings/enrolment.h"

#include <yaml-cpp/yaml.h>

#include "agent/settings/reader.h"
#include "agent/settings/yaml_file.h"

namespace depops::agent::settings {
namespace {

constexpr const char* kKey = "enrolment";
constexpr std::uint64_t kTimeMost = 253'402'300'799'999;  // the year 9999, in ms

// What the hub tells a site when it joins, and what else the settings may say.
std::set<std::string> keys(std::set<std::string> more = {}) {
  more.insert({"siteEpoch", "generation", "hubEpoch", "timeMs"});
  return more;
}

EnrolmentSettings told_in(Reader& reader, const YAML::Node& node) {
  return {SiteEpoch(reader.number(node, "siteEpoch", 1)), Generation(reader.number(node, "generation", 0)),
          HubEpoch(reader.number(node, "hubEpoch", 0)),
          Instant(Millis(reader.between(node, "timeMs", 0, 0, kTimeMost)))};
}

// What a copied volume holds is of another site.
EnrolmentSettings told_when_joining(Reader& reader, const YAML::Node& node, const SiteName& site) {
  const std::string path = reader.path(node, "joined");
  const auto joined = load_yaml(path, "it is what 'depops-agent join' writes: join, or name the file it wrote");
  if (!joined) return reader.complain(node.Mark(), "joined: " + joined.error().what), EnrolmentSettings();
  Reader other(path, "");
  other.only(*joined, "the settings", {});
  if (!joined->IsMap()) return reader.complain(node.Mark(), "joined: " + other.errors()), EnrolmentSettings();
  const std::string whose = other.needed(*joined, "site");
  if (!whose.empty() && whose != site.str())
    other.complain(joined->Mark(), "is of the site '" + whose + "', not of '" + site.str() +
                                       "': give this site a directory of its own, or mend `site` in its settings");
  const EnrolmentSettings told = told_in(other, other.part(*joined, kKey, keys()));
  if (!other.errors().empty()) reader.complain(node.Mark(), "joined: " + other.errors());
  return told;
}

}  // namespace

EnrolmentSettings read_enrolment(Reader& reader, const YAML::Node& root, const SiteName& site) {
  const YAML::Node node = reader.part(root, kKey, keys({"joined"}), true);
  if (!node["joined"]) return told_in(reader, node);
  if (node.size() > 1)
    reader.complain(node.Mark(), "enrolment: `joined` says all of it; leave the other keys away, or `joined`");
  return told_when_joining(reader, node, site);
}

}  // namespace depops::agent::settings
