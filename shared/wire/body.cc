#include "shared/wire/body.h"

#include "depops/v1/frame.pb.h"
#include "depops/v1/telemetry.pb.h"
#include "shared/signing/signing.h"
#include "shared/wire/body_parts.h"
#include "shared/wire/convert.h"

namespace depops::wire {
namespace {

constexpr std::uint32_t kMajor = 1;
constexpr std::size_t kCauseMax = 64;
constexpr std::size_t kIncarnationBytes = 16;
constexpr std::string_view kSitePrefix = "site:";

constexpr EnumRow<sync::Stream, v1::Stream> kStreamRows[] = {
    {sync::Stream::events, v1::STREAM_EVENTS},
    {sync::Stream::audit, v1::STREAM_AUDIT},
};

// One writer per content: sets the type, and the payload or the fields that belong to it.
struct Writer {
  v1::Body& out;

  void operator()(const sync::Hello& hello) const {
    v1::Hello message;
    message.set_generation(hello.generation.value());
    message.set_hub_epoch(hello.hub_epoch.value());
    message.set_agent_version(clipped(hello.agent_version, kIdMax));
    message.set_trust_version(hello.trust_version.value());
    put_session(hello, message);
    put_document(hello, message);
    out.set_session_token(bytes_of_hex(hello.token.secret));
    for (const sync::StreamPosition& position : hello.streams) {
      auto* row = message.add_streams();
      row->set_stream(to_wire(kStreamRows, position.stream));
      row->set_first_retained(position.first_retained.value());
      row->set_last(position.last.value());
      row->set_acked(position.acked.value());
    }
    set("hello", message);
  }
  void operator()(const sync::Run& run) const {
    out.set_type("run");
    at(run.stream, run.first);
    for (const std::string& entry : run.entries) out.add_entries(entry);
    out.set_previous(run.previous);
  }
  void operator()(const sync::Gone& gone) const {
    out.set_type("gone");
    at(gone.stream, gone.first_retained);
  }
  void operator()(const sync::Ack& ack) const {
    out.set_type("ack");
    auto* row = out.add_ack();
    row->set_stream(to_wire(kStreamRows, ack.stream));
    row->set_contiguous(ack.contiguous.value());
    row->set_window_bytes(ack.window_bytes);
    row->set_wait_ms(static_cast<std::uint64_t>(ack.wait.count()));
  }
  void operator()(const sync::Resend& resend) const {
    out.set_type("resend");
    at(resend.stream, resend.from);
  }
  void operator()(const sync::Show&) const { out.set_type("show"); }
  void operator()(const sync::Presence& presence) const {
    v1::Presence message;
    put(presence, message);
    set("presence", message);
  }
  void operator()(const sync::Telemetry& telemetry) const {
    v1::Telemetry message;
    put(telemetry, message);
    set("telemetry", message);
  }
  void operator()(const sync::HubState& state) const {
    v1::HubState message;
    message.set_hub_epoch(state.hub_epoch.value());
    message.set_online(state.online);
    message.set_at_ms(ms_of(state.at));
    set("hub-state", message);
  }
  void operator()(const sync::Welcome& welcome) const {
    out.set_session_token(bytes_of_hex(welcome.token.secret));
    convert<v1::Welcome>("welcome", welcome);
  }
  void operator()(const sync::Freeze& freeze) const {
    v1::Freeze message;
    message.set_why(clipped(freeze.why));
    set("freeze", message);
  }
  void operator()(const sync::InventoryAsk&) const { out.set_type("inventory-ask"); }
  void operator()(const sync::Inventory& inventory) const { convert<v1::Inventory>("inventory", inventory); }
  void operator()(const sync::SnapshotAsk& ask) const { convert<v1::SnapshotAsk>("snapshot-ask", ask); }
  void operator()(const sync::SnapshotPart& part) const { convert<v1::SnapshotPart>("snapshot-part", part); }
  void operator()(const sync::HealthTaken& taken) const { convert<v1::HealthTaken>("health-taken", taken); }
  void operator()(const sync::Renewal& renewal) const {
    v1::Renewal message;
    message.set_certificate_request(renewal.certificate_request);
    set("renewal", message);
  }
  void operator()(const sync::Certificate& certificate) const {
    v1::Certificate message;
    message.set_pem(certificate.pem);
    set("certificate", message);
  }

 private:
  template <typename Message, typename Domain>
  void convert(const char* type, const Domain& value) const {
    Message message;
    put(value, message);
    set(type, message);
  }
  void set(const char* type, const google::protobuf::MessageLite& message) const {
    out.set_type(type);
    out.set_payload(serialized(message));
  }
  void at(sync::Stream stream, Sequence sequence) const {
    out.set_stream(to_wire(kStreamRows, stream));
    out.set_seq(sequence.value());
  }
};

sync::Stream stream_of(v1::Stream stream, Intake& in) { return from_wire(kStreamRows, stream, in, "stream"); }

Sequence sequence_of(std::uint64_t value, Intake& in) {
  in.require(value > 0, "seq", "is 0; sequences count from 1");
  return Sequence(in.number(value, "seq"));
}

template <typename Message>
Message payload_of(const v1::Body& body, const char* what, Intake& in) {
  Message message;
  if (!parse(body.payload(), message)) in.fail(Errc::corrupt, malformed(what).what);
  return message;
}

sync::Hello get_hello(const v1::Body& body, Intake& in) {
  const auto message = payload_of<v1::Hello>(body, "hello", in);
  sync::Hello hello;
  hello.generation = Generation(in.number(message.generation(), "generation"));
  hello.hub_epoch = HubEpoch(in.number(message.hub_epoch(), "hub_epoch"));
  hello.agent_version = in.text(message.agent_version(), "agent_version", kIdMax);
  hello.trust_version = trust::TrustVersion(in.number(message.trust_version(), "trust_version"));
  get_session(message, body.session_token(), hello, in);
  get_document(message, hello, in);
  in.count(message.streams_size(), "streams", std::size(kStreamRows));
  for (const auto& row : message.streams()) {
    hello.streams.push_back({stream_of(row.stream(), in), Sequence(in.number(row.first_retained(), "first_retained")),
                             Sequence(in.number(row.last(), "last")), Sequence(in.number(row.acked(), "acked"))});
  }
  return hello;
}

sync::Run get_run(v1::Body& body, Intake& in) {
  sync::Run run{stream_of(body.stream(), in), sequence_of(body.seq(), in), {}, body.previous()};
  in.require(body.entries_size() > 0, "entries", "is empty");
  in.count(body.entries_size(), "entries", kRunEntriesMax);
  const std::size_t longest = run.stream == sync::Stream::audit ? kLeafMax : kEntryMax;
  std::size_t total = 0;
  for (std::string& entry : *body.mutable_entries()) {
    total += entry.size();
    in.require(entry.size() <= longest, "entries", "has an entry that is too long; for audit 65,535 bytes");
    run.entries.push_back(std::move(entry));
  }
  in.require(total <= kRunBytesMax, "entries", "have more than 256 KiB together");
  return run;
}

sync::Ack get_ack(const v1::Body& body, Intake& in) {
  in.require(body.ack_size() == 1, "ack", "must be there exactly once");
  if (!in.ok()) return {};
  const auto& row = body.ack(0);
  return {stream_of(row.stream(), in), Sequence(in.number(row.contiguous(), "contiguous")), row.window_bytes(),
          Millis(static_cast<std::int64_t>(in.number(row.wait_ms(), "wait_ms", kWaitMax)))};
}

sync::HubState get_hub_state(const v1::Body& body, Intake& in) {
  const auto message = payload_of<v1::HubState>(body, "hub-state", in);
  return {HubEpoch(in.number(message.hub_epoch(), "hub_epoch")), message.online(), in.instant(message.at_ms(), "at")};
}

sync::Renewal get_renewal(const v1::Body& body, Intake& in) {
  const auto message = payload_of<v1::Renewal>(body, "renewal", in);
  return {in.needed(message.certificate_request(), "certificate_request", kPemMax)};
}

// The contents of whole messages of their own.
std::optional<Content> get_message(const v1::Body& body, Intake& in) {
  const std::string& type = body.type();
  if (type == "hello") return get_hello(body, in);
  if (type == "show") return sync::Show{};
  if (type == "presence") return get(payload_of<v1::Presence>(body, "presence", in), in);
  if (type == "telemetry") return get(payload_of<v1::Telemetry>(body, "telemetry", in), in);
  if (type == "health-taken") return get(payload_of<v1::HealthTaken>(body, "health-taken", in), in);
  if (type == "renewal") return get_renewal(body, in);
  if (type == "certificate")
    return sync::Certificate{in.needed(payload_of<v1::Certificate>(body, "certificate", in).pem(), "pem", kPemMax)};
  if (type == "hub-state") return get_hub_state(body, in);
  if (type == "welcome") return get(payload_of<v1::Welcome>(body, "welcome", in), body.session_token(), in);
  if (type == "freeze")
    return sync::Freeze{in.needed(payload_of<v1::Freeze>(body, "freeze", in).why(), "why", kTextMax)};
  if (type == "inventory") return get(payload_of<v1::Inventory>(body, "inventory", in), in);
  if (type == "snapshot-ask") return get(payload_of<v1::SnapshotAsk>(body, "snapshot-ask", in), in);
  if (type == "snapshot-part") return get(payload_of<v1::SnapshotPart>(body, "snapshot-part", in), in);
  return std::nullopt;
}

Content get_content(v1::Body& body, Intake& in) {
  const std::string& type = body.type();
  if (type == "run") return get_run(body, in);
  if (type == "gone") return sync::Gone{stream_of(body.stream(), in), sequence_of(body.seq(), in)};
  if (type == "ack") return get_ack(body, in);
  if (type == "resend") return sync::Resend{stream_of(body.stream(), in), sequence_of(body.seq(), in)};
  if (type == "inventory-ask") return sync::InventoryAsk{};
  if (auto content = get_message(body, in)) return std::move(*content);
  in.fail(Errc::unsupported, "type: \"" + clipped(type, kIdMax) + "\" is not known here; upgrade this side");
  return sync::Presence{};
}

// What a newer peer demands and this side cannot do.
void check_features(const v1::Body& body, Intake& in) {
  if (body.proto() >> 16 != kMajor) {
    in.fail(Errc::unsupported, "protocol major " + std::to_string(body.proto() >> 16) + " is not spoken here");
  }
  if (body.critical_size() > 0) {
    in.fail(Errc::unsupported, "critical feature \"" + clipped(body.critical(0), kIdMax) + "\" is not known here");
  }
  if (body.codec() != v1::CODEC_NONE) in.fail(Errc::unsupported, "payload is compressed in a way not known here");
  in.require(body.raw_size() == 0 || body.raw_size() == body.payload().size(), "raw_size",
             "differs from the size of a payload that is not compressed");
}

Body get_envelope(const v1::Body& in_body, Intake& in) {
  Body body;
  body.source = in.needed(in_body.src(), "src");
  body.destination = in.text(in_body.dst(), "dst", kIdMax);
  body.site_epoch = SiteEpoch(in.number(in_body.site_epoch(), "site_epoch"));
  in.require(in_body.incarnation().empty() || in_body.incarnation().size() == kIncarnationBytes, "incarnation",
             "is not 16 bytes");
  body.incarnation = signing::to_hex(in_body.incarnation());
  body.boot = in.number(in_body.boot(), "boot");
  body.session = in.number(in_body.session(), "session");
  body.hub_epoch = HubEpoch(in.number(in_body.hub_epoch(), "hub_epoch"));
  body.at = in.instant(in_body.wall_ms(), "wall");
  body.time_trusted = in_body.time_trusted();
  in.require(in_body.cause().size() <= kCauseMax, "cause", "has more than 64 bytes");
  body.cause = in_body.cause();
  const std::uint64_t not_after = in.number(in_body.not_after_ms(), "not_after");
  if (not_after != 0) body.not_after = in.instant(static_cast<std::int64_t>(not_after), "not_after");
  return body;
}

}  // namespace

std::string site_address(const SiteName& site) { return std::string(kSitePrefix) + site.str(); }
std::string hub_address(const std::string& hub_id) { return "hub:" + hub_id; }

std::optional<SiteName> site_of(const std::string& address) {
  if (!address.starts_with(kSitePrefix) || !is_name(address.substr(kSitePrefix.size()))) return std::nullopt;
  return SiteName(address.substr(kSitePrefix.size()));
}

sync::Sender sender_of(const Body& body, const SiteName& site) {
  return {site, body.site_epoch, body.incarnation, body.session};
}

std::string encode_body(const Body& body) {
  v1::Body out;
  out.set_proto(kMajor << 16);
  out.set_src(body.source);
  out.set_dst(body.destination);
  out.set_site_epoch(body.site_epoch.value());
  out.set_incarnation(bytes_of_hex(body.incarnation));
  out.set_boot(body.boot);
  out.set_session(body.session);
  out.set_hub_epoch(body.hub_epoch.value());
  out.set_wall_ms(ms_of(body.at));
  out.set_time_trusted(body.time_trusted);
  out.set_cause(body.cause.substr(0, kCauseMax));
  if (body.not_after) out.set_not_after_ms(static_cast<std::uint64_t>(ms_of(*body.not_after)));
  std::visit(Writer{out}, body.content);
  return serialized(out);
}

Result<Body> decode_body(std::string_view bytes) {
  v1::Body message;
  if (!parse(bytes, message)) return malformed("frame body");
  Intake in;
  check_features(message, in);
  if (!in.ok()) return in.error().in("frame body");
  Body body = get_envelope(message, in);
  body.content = get_content(message, in);
  if (!in.ok()) return in.error().in("frame body \"" + clipped(message.type(), kIdMax) + "\"");
  return body;
}

}  // namespace depops::wire
