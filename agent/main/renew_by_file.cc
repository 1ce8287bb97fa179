#include "agent/main/renew_by_file.h"

#include <filesystem>

#include "agent/credentials/credentials.h"
#include "agent/main/join_by_file.h"
#include "agent/main/join_files.h"
#include "agent/settings/settings.h"
#include "shared/join/file_request.h"

namespace depops::agent {
namespace {

// A site, and what it shows and will show.
struct Holder {
  std::string path;
  settings::Settings settings;
  std::unique_ptr<Credentials> credentials;
  std::string pending() const { return settings.state_directory + "/renewal.pending"; }
};

Result<Holder> open_holder(const std::string& directory) {
  Holder holder;
  holder.path = std::filesystem::absolute(directory).lexically_normal().string() + "/agent.yaml";
  DEPOPS_TRY(holder.settings, settings::load_settings(holder.path));
  const settings::Settings& site = holder.settings;
  DEPOPS_TRY(holder.credentials, Credentials::open({site.site, site.enrolment.site_epoch, site.state_directory + "/tls",
                                                    site.broker.certificate, site.broker.key}));
  return holder;
}

}  // namespace

Result<json::Value> ask_renewal_by_file(const JoinArguments& arguments) {
  DEPOPS_TRY(const Holder holder, open_holder(arguments.directory));
  if (std::filesystem::exists(arguments.request_file))
    return Error{Errc::exists, arguments.request_file + ": is there already; name another file"};
  const Pair pair = holder.credentials->current();
  DEPOPS_TRY(const std::string certificate, read_carried(pair.first, x509::kPemMax));
  DEPOPS_TRY(const x509::PrivateKey tls, x509::PrivateKey::load(pair.second));
  DEPOPS_TRY(const signing::SecretKey signing, signing::load_secret_key(holder.settings.keys.signing));
  DEPOPS_TRY(const std::string infra, read_carried(holder.settings.hub.ca, x509::kPemMax));
  DEPOPS_TRY(const x509::Facts authority, x509::facts_of(infra));
  DEPOPS_TRY(const std::string wanted, holder.credentials->request());
  const join::Renewal request = join::ask_renewal(certificate, wanted, tls, signing);
  Pending pending;
  pending.asked.hub = holder.settings.hub.join_url;
  pending.asked.site = holder.settings.site.str();
  pending.asked.ca_digest = authority.digest.str();
  pending.request = join::digest_of(request);
  if (!listener_of(pending.asked))
    return Error{Errc::refused, holder.path + ": hub.joinUrl is missing, by which the hub's answer is known; add it, " +
                                    "as 'depops site enroll' prints it"};
  DEPOPS_TRY_VOID(save_pending(holder.pending(), pending));
  DEPOPS_TRY_VOID(write_carried(arguments.request_file, join::write(request)));
  json::Value said;
  said.add("site", pending.asked.site).add("request", arguments.request_file);
  return said;
}

Result<json::Value> take_renewal(const JoinArguments& arguments) {
  DEPOPS_TRY(const Holder holder, open_holder(arguments.directory));
  DEPOPS_TRY(const Pending pending, load_pending(holder.pending()));
  DEPOPS_TRY(const join::FileAnswer answer, read_answer_to(pending, arguments.answer));
  const auto pem = join::read_certificate(answer.said);
  if (!pem) return Error{Errc::refused, arguments.answer + ": " + pem.error().what};
  const auto taken = holder.credentials->take(*pem);
  if (!taken) return taken.error().in(arguments.answer);
  std::error_code kept;
  std::filesystem::remove(holder.pending(), kept);
  json::Value said;
  said.add("site", pending.asked.site).add("settings", holder.path);
  return said;
}

}  // namespace depops::agent
