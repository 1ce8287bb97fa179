#pragma once

#include <cstddef>
#include <cstdint>

// Caps on everything that comes in. Beyond a cap the whole input is refused; nothing is cut silently on the way in.
namespace depops::wire {

inline constexpr std::size_t kFrameMax = 1 << 20;  // sealed; also the broker's largest packet
inline constexpr std::size_t kSignaturesMax = 16;
inline constexpr std::size_t kEntryMax = 256 * 1024;     // one entry
inline constexpr std::size_t kLeafMax = 65'535;          // one entry of the audit log, as copies of the log can hold it
inline constexpr std::size_t kRunBytesMax = 256 * 1024;  // all entries of a run; one entry alone may be kEntryMax
inline constexpr std::size_t kRunEntriesMax = 65'536;
inline constexpr std::size_t kPlanMax = 256 * 1024;     // encoded
inline constexpr std::size_t kDesiredMax = 900 * 1024;  // encoded
inline constexpr int kDepthMax = 16;                    // nesting of messages

inline constexpr std::size_t kIdMax = 128;         // ids of rollouts, deployments, commands, sets; actors
inline constexpr std::size_t kTextMax = 4'096;     // reasons and sentences for people; longer ones are cut when encoded
inline constexpr std::size_t kPemMax = 16 * 1024;  // a certificate, or a request for one
inline constexpr std::size_t kCommandReasonMax = 1'000;
inline constexpr std::size_t kValueMax = 32 * 1024;  // a setting, a command argument, an expression
inline constexpr std::size_t kTargetsMax = 200;
inline constexpr std::size_t kCommandsMax = 200;
inline constexpr std::size_t kTrustRootsMax = 16;  // newer ones in one document
inline constexpr std::size_t kWavesMax = 100;
inline constexpr std::size_t kSitesMax = 10'000;
inline constexpr std::size_t kStepsMax = 50;
inline constexpr std::size_t kMetricsMax = 20;
inline constexpr std::uint32_t kSamplesMax = 500;  // that a Mann-Whitney test keeps of each version
inline constexpr std::size_t kSettingsMax = 500;
inline constexpr std::size_t kArgumentsMax = 200;
inline constexpr std::size_t kManifestFilesMax = 50;
inline constexpr std::size_t kSetsMax = 64;
inline constexpr std::size_t kServicesMax = 500;
inline constexpr std::size_t kRowsMax = 10'000;                      // counter rows in a record
inline constexpr std::uint32_t kReplicasMax = 1'000;                 // of one version at one site
inline constexpr std::uint64_t kWaitMax = 3'600'000;                 // ms, that the hub may tell a site to wait
inline constexpr std::uint64_t kNumberMax = std::uint64_t{1} << 62;  // sequences, generations, epochs, sizes

}  // namespace depops::wire
