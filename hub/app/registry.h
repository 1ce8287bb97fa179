#pragma once

#include "hub/app/turn.h"

// What people register. Each answers exactly once and changes nothing if it refuses.
namespace depops::hub {

inline constexpr std::size_t kReasonBytesMax = 1'000;  // of the reason a person gives

Answer refused(Errc code, std::string what, Reasons reasons = {});
Answer refused(const Error& error);
Answer made(std::string object, bool changed = true);
Answer no_site(const SiteName& name);

Answer create_environment(Turn& turn, const CreateEnvironment& request);
Answer create_site(Turn& turn, const CreateSite& request);
Answer artifact_stored(Turn& turn, const ArtifactStored& request);
Answer publish_version(Turn& turn, const PublishVersion& request);

}  // namespace depops::hub
