#include "hub/main/loop.h"

#include <utility>

#include "hub/main/event_lines.h"
#include "shared/manifest_yaml/parse.h"

namespace depops::hub {
namespace {

template <typename Content, typename Key>
Result<void> add_document(const std::string& yaml, const Key& key, std::map<Key, std::shared_ptr<const Content>>& to) {
  const auto parsed = manifest_yaml::parse(yaml, key.str());
  if (!parsed.ok() || parsed.documents.empty())
    return Error{Errc::corrupt, "the applied file " + key.str() +
                                    " does not parse any more: " + manifest::to_string(parsed.diagnostics)};
  const auto* content = std::get_if<Content>(&parsed.documents.front().content);
  if (content == nullptr) return Error{Errc::corrupt, "the applied file " + key.str() + " is of another kind"};
  to[key] = std::make_shared<const Content>(*content);
  return {};
}

}  // namespace

Result<Hub> hub_of(HubState state, Codec& codec) {
  Catalog catalog;
  for (const PipelineDoc& doc : state.pipelines)
    DEPOPS_TRY_VOID(add_document(doc.yaml, doc.service, catalog.pipelines));
  for (const TemplateDoc& doc : state.templates) DEPOPS_TRY_VOID(add_document(doc.yaml, doc.name, catalog.templates));
  return Hub::load(std::move(state), std::move(catalog), codec);
}

Result<Hub> load_hub(Store& store, Codec& codec) {
  DEPOPS_TRY(HubState state, store.load());
  return hub_of(std::move(state), codec);
}

Loop::Loop(LoopParts parts, Hub hub) : parts_(std::move(parts)), driver_(bound(), std::move(hub)) {}

void Loop::start() {
  if (parts_.read_only.empty()) driver_.start();
}

Result<Answer> Loop::run(ApiCommand command) {
  if (!parts_.read_only.empty()) return Error{Errc::unavailable, "this hub only reads: " + parts_.read_only};
  return driver_.run(std::move(command));
}

Parts Loop::bound() {
  return {parts_.store,
          parts_.clock,
          [this](HubState state) { return hub_of(std::move(state), parts_.codec); },
          [this](const ports::Message& message, const World& world) { return read(message, world); },
          [this](const Effect& effect) { act(effect); },
          [this](std::vector<EventRow> events) { show(std::move(events)); },
          [this](double seconds, std::size_t inputs) { parts_.metrics.commit(seconds, inputs); },
          parts_.log,
          parts_.give_up};
}

std::optional<Input> Loop::read(const ports::Message& message, const World& world) {
  auto input = input_of(message, world, parts_.reading);
  const auto* bad = input ? std::get_if<BadFrame>(&*input) : nullptr;
  parts_.metrics.frame(!input ? "unknown_site" : bad != nullptr ? "refused" : "taken");
  // What a broker kept says nothing about where the site is now.
  if (const auto* said = input ? std::get_if<FromSite>(&*input) : nullptr; said != nullptr && !message.retained)
    parts_.heard(said->sender.site, message.door);
  if (bad != nullptr) parts_.log("event=frame_dropped site=" + bad->site.str() + " why=\"" + bad->why + "\"");
  return input;
}

void Loop::show(std::vector<EventRow> events) {
  for (const std::string& line : event_lines(events)) parts_.log(line);
  parts_.feed.publish(std::move(events));
}

void Loop::give_certificate(const SendCertificate& granted) {
  const std::string& site = granted.terms.site.str();
  const auto made = parts_.reading.certificates->issue(granted.request, granted.terms);
  if (!made) return parts_.log("event=certificate_failed site=" + site + " why=\"" + made.error().what + "\"");
  parts_.log("effect=send_certificate site=" + site + " serial=" + granted.terms.serial);
  parts_.outlet.send({granted.terms.site, sync::Certificate{*made}});
}

void Loop::act(const Effect& effect) {
  if (const auto* desired = std::get_if<PublishDesired>(&effect)) {
    parts_.log("effect=publish_desired site=" + desired->site.str() +
               " generation=" + std::to_string(desired->generation.value()));
    parts_.outlet.publish(*desired);
  }
  if (const auto* down = std::get_if<SendDown>(&effect)) parts_.outlet.send(*down);
  if (const auto* granted = std::get_if<SendCertificate>(&effect)) give_certificate(*granted);
  if (parts_.gate != nullptr) {
    if (const auto* list = std::get_if<WriteRevocations>(&effect)) parts_.gate->list(*list);
    if (const auto* ended = std::get_if<EndConnection>(&effect)) parts_.gate->end_connection(ended->site);
  }
  if (std::holds_alternative<Announce>(effect)) parts_.outlet.announce();
  if (const auto* over = std::get_if<TakeOver>(&effect)) {
    parts_.log("effect=take_over hub_epoch=" + std::to_string(over->epoch.value()));
    parts_.outlet.take_over(over->epoch);
  }
  if (const auto* blobs = std::get_if<CollectBlobs>(&effect)) parts_.collect(blobs->keep);
}

}  // namespace depops::hub
