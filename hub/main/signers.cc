#include "hub/main/signers.h"

#include <utility>

#include "hub/main/log.h"

namespace depops::hub {
namespace {

Result<Signers> signers_of_process(const Settings& settings) {
  DEPOPS_TRY(const signing::PublicKey key, signing::load_public_key(settings.public_key.string()));
  const std::string socket = settings.signer_socket.string();
  return Signers{signer::socket_signer(socket, key.id()), signer::socket_log_signer(socket), key, ""};
}

Result<Signers> signers_of_hub(const Settings& settings) {
  DEPOPS_TRY(signing::SecretKey key, signing::load_secret_key(settings.release_key.string()));
  log_line(
      "event=warning text=\"the hub holds its release key itself: whoever breaks into it can sign; give the key to "
      "depops-hub signer and name its socket in the settings: signer: {socket: PATH}\"");
  const signing::PublicKey shown = key.public_key();
  const std::string hub_id = settings.hub_id.empty() ? shown.id().str() : settings.hub_id;
  DEPOPS_TRY(auto notary, signer::LogNotary::open({settings.log_key.string(), settings.log_guard().string()},
                                                  signer::log_origin(hub_id)));
  log_line("event=audit_log vkey=" + notary->vkey());
  return Signers{signer::key_signer(std::move(key)), signer::own_log_signer(std::move(notary)), shown, ""};
}

}  // namespace

Result<Signers> signers_of(const Settings& settings) {
  DEPOPS_TRY(Signers signers, settings.signer_socket.empty() ? signers_of_hub(settings) : signers_of_process(settings));
  signers.hub_id = settings.hub_id.empty() ? signers.key.id().str() : settings.hub_id;
  return signers;
}

}  // namespace depops::hub
