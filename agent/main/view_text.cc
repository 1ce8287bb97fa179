#include "agent/main/view_text.h"

#include "shared/json/parse.h"
#include "shared/json/write.h"

namespace depops::agent {
namespace {

using json::Value;

Value texts(const std::vector<std::string>& lines) {
  Value array = Value::array();
  for (const std::string& line : lines) array.push(line);
  return array;
}

Value set_value(const rollout::SetStatus& set) {
  Value value = Value::object();
  value.add("version", set.label.str()).add("set", set.set.str()).add("desired", set.desired).add("ready", set.ready);
  value.add("available", set.available).add("weight", set.weight);
  value.add("verifiedLevel", std::uint32_t{set.verified_level}).add("declared", set.declared);
  return value;
}

Value service_value(const ServiceView& service) {
  const rollout::RolloutStatus& status = service.status;
  Value value = Value::object();
  value.add("service", status.service.str()).add("stable", service.stable.str()).add("target", service.target.str());
  value.add("rollout", status.rollout.str()).add("deployment", status.deployment.str());
  value.add("state", rollout::name_of(status.state)).add("phase", status.phase);
  value.add("step", status.step).add("steps", status.steps).add("attempt", status.attempt);
  value.add("reason", status.reason).add("waitingFor", service.waiting_for).add("degraded", service.degraded);
  value.add("pauses", texts(status.pauses)).add("intents", texts(service.intents));
  value.add("approvalsNeeded", status.approvals_needed).add("approvedBy", texts(status.approved_by));
  if (!service.left_behind.empty()) value.add("leftBehind", texts(service.left_behind));
  Value sets = Value::array();
  for (const rollout::SetStatus& set : status.sets) sets.push(set_value(set));
  value.add("sets", std::move(sets));
  if (status.size) value.add("size", *status.size);
  return value;
}

void add_line(std::string& text, const char* name, const std::string& value) {
  if (!value.empty()) text += "  " + std::string(name) + ": " + value + "\n";
}

std::string service_text(const Value& service) {
  std::string text = service["service"].as_string() + ": " + service["state"].as_string();
  if (!service["phase"].as_string().empty()) text += " (" + service["phase"].as_string() + ")";
  text += ", stable " + (service["stable"].as_string().empty() ? "none" : service["stable"].as_string());
  if (!service["target"].as_string().empty()) text += ", target " + service["target"].as_string();
  text += "\n";
  const bool scaled = service.find("size") != nullptr;
  for (const Value& set : service["sets"].items()) {
    text += "  " + set["version"].as_string() + ": " + std::to_string(set["available"].as_uint()) + " of " +
            std::to_string(set["desired"].as_uint()) + " available, " + std::to_string(set["weight"].as_uint()) +
            " % of the requests" + (scaled ? ", declares " + std::to_string(set["declared"].as_uint()) : "") + "\n";
  }
  if (scaled) add_line(text, "scaled to", std::to_string(service["size"].as_uint()));
  for (const Value& pause : service["pauses"].items()) add_line(text, "paused", pause.as_string());
  for (const Value& person : service["approvedBy"].items()) add_line(text, "approved by", person.as_string());
  add_line(text, "waiting for", service["waitingFor"].as_string());
  add_line(text, "degraded", service["degraded"].as_string());
  add_line(text, "reason", service["reason"].as_string());
  for (const Value& left : service["leftBehind"].items()) add_line(text, "left behind", left.as_string());
  return text;
}

}  // namespace

std::string view_json(const SiteView& view, const ServiceName& only) {
  Value value = Value::object();
  value.add("site", view.site.str()).add("generation", view.generation.value()).add("hubEpoch", view.hub_epoch.value());
  value.add("hubOnline", view.hub_online).add("backlog", view.backlog).add("storage", view.storage);
  if (!view.spool.empty()) value.add("spool", view.spool);
  if (!view.standby.empty()) value.add("standby", view.standby);
  value.add("frozen", view.frozen).add("clock", view.clock);
  Value services = Value::array();
  for (const ServiceView& service : view.services) {
    if (only.empty() || service.status.service == only) services.push(service_value(service));
  }
  value.add("services", std::move(services));
  return json::write(value);
}

std::string view_text(const std::string& text) {
  const auto parsed = json::parse(text);
  if (!parsed.ok()) return text + "\n";
  const Value& view = *parsed;
  if (const Value* standby = view.find("standby"))
    return "site " + view["site"].as_string() + ": STANDS BY AND DOES NOTHING: " + standby->as_string() + "\n";
  std::string out = "site " + view["site"].as_string() + ": hub " + (view["hubOnline"].as_bool() ? "online" : "away") +
                    ", generation " + std::to_string(view["generation"].as_uint()) + ", " +
                    std::to_string(view["backlog"].as_uint()) + " entries not yet at the hub, storage " +
                    view["storage"].as_string() + "\n";
  if (const Value* spool = view.find("spool")) add_line(out, "TOO MUCH WAITS FOR THE HUB", spool->as_string());
  add_line(out, "FROZEN, nothing new starts", view["frozen"].as_string());
  add_line(out, "clock", view["clock"].as_string());
  if (view["services"].items().empty()) out += "nothing is deployed here\n";
  for (const Value& service : view["services"].items()) out += service_text(service);
  return out;
}

}  // namespace depops::agent
