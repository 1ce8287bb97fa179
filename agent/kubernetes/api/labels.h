#pragma once

// What DepOps writes on its own objects. Labels stand on a version's Deployment and on its pods, so that Services and
// people can select by them. The site's label is what an agent watches by: of objects without it nothing is touched.
namespace depops::agent::kubernetes {

inline constexpr const char* kSiteLabel = "depops.io/site";
inline constexpr const char* kServiceLabel = "depops.io/service";
inline constexpr const char* kVersionLabel = "depops.io/version";  // as a label can hold it; whole as an annotation
inline constexpr const char* kSetLabel = "depops.io/set";
inline constexpr const char* kCompanionLabel = "depops.io/companion";  // what takes no requests has one
inline constexpr const char* kJobLabel = "depops.io/job";              // of Jobs: "hook" or "measurement"
inline constexpr const char* kAdoptLabel = "depops.io/adopt";  // "yes", written by people: see workloads/adoption.h
inline constexpr const char* kAdoptYes = "yes";
inline constexpr const char* kPortAnnotation = "depops.io/port";  // of pods: where requests are taken
inline constexpr const char* kArtifactAnnotation =
    "depops.io/artifact";                                               // digest of the archive the manifests are from
inline constexpr const char* kBeforeAnnotation = "depops.io/before";    // of a StatefulSet: the set below the partition
inline constexpr const char* kContentAnnotation = "depops.io/content";  // digest of what the object was made of
inline constexpr const char* kRemoveAnnotation =
    "depops.io/remove";  // in manifests, by people: what of earlier versions goes (manifests/removals.h)
inline constexpr const char* kBatchLabelAnnotation =
    "depops.io/batch-label";  // in manifests, by people: the label of nodes by which a DaemonSet's versions go on
inline constexpr const char* kNowhere = "depops.io/nowhere";    // that no node has: a DaemonSet without pods wants it
inline constexpr const char* kRunAnnotation = "depops.io/run";  // of Jobs: "<rollout>/<step>/<attempt>"

}  // namespace depops::agent::kubernetes
