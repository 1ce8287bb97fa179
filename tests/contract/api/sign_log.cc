#include <catch2/catch.hpp>

#include "hub/main/checkpoints.h"
#include "tests/contract/api/running_hub.h"

namespace depops::tests {

audit::NoteKey RunningHub::sign_log() {
  const std::string origin = hub::signer::log_origin("contract");
  auto notary =
      hub::signer::LogNotary::open({(directory_ / "log.key").string(), (directory_ / "log.guard").string()}, origin)
          .value();
  const audit::NoteKey key = notary->key();
  const auto signer = hub::signer::own_log_signer(std::move(notary));
  const auto keep = [this](hub::LogHead head) -> Result<void> {
    hub::ApiCommand command;
    command.request = hub::KeepLogHead{std::move(head)};
    const auto answer = loop_->run(std::move(command));
    return answer.ok() ? Result<void>() : answer.error();
  };
  const auto ignore = [](const std::string&) {};
  const auto looked = hub::Checkpoints({*reader_, *signer, origin, clock_, keep, ignore, ignore}).look();
  INFO((looked.ok() ? std::string() : looked.error().what));
  REQUIRE(looked.ok());
  return key;
}

}  // namespace depops::tests
