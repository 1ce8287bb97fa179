#include "agent/process/launch.h"

#include <string.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <vector>

#include "shared/crash_point/crash_point.h"
#include "shared/spawn/spawn.h"

namespace depops::agent::process {
namespace {

// argv[0] as a path: absolute as it is, else inside the artifact.
Result<std::string> program_path(const std::string& workdir, const std::vector<std::string>& command) {
  if (command.empty() || command[0].empty()) {
    return Error{Errc::invalid, "workload.process.command is empty; name the program, relative to the artifact"};
  }
  const std::filesystem::path program(command[0]);
  for (const auto& part : program) {
    if (part == "..") return Error{Errc::invalid, "workload.process.command: " + command[0] + " leaves the artifact"};
  }
  const std::string path = program.is_absolute() ? program.string() : workdir + "/" + program.string();
  if (::access(path.c_str(), X_OK) != 0) {
    return Error{Errc::not_found, "cannot run " + command[0] + " of the artifact: " + ::strerror(errno)};
  }
  return path;
}

std::vector<std::string> environment_of(const ProcessSettings& settings, const instances::Instance& instance,
                                        const rollout::VersionSnapshot& snapshot) {
  std::map<std::string, std::string> values;
  for (const char* name : {"PATH", "HOME", "LANG", "TZ"}) {
    if (const char* value = ::getenv(name); value != nullptr) values[name] = value;
  }
  for (const auto& [name, value] : snapshot.settings) values[name] = value;
  values[snapshot.workload.port_variable] = std::to_string(instance.port);
  values["DEPOPS_SERVICE"] = snapshot.service.str();
  values["DEPOPS_VERSION"] = snapshot.label.str();
  values["DEPOPS_ENVIRONMENT"] = snapshot.environment.str();
  values["DEPOPS_SITE"] = settings.site;
  values["DEPOPS_SET"] = snapshot.set.str();
  values["DEPOPS_INSTANCE"] = instance.marker;
  std::vector<std::string> lines;
  for (const auto& [name, value] : values) lines.push_back(name + "=" + value);
  return lines;
}

}  // namespace

std::string artifact_dir(const ProcessSettings& settings, const Digest& digest) {
  const std::size_t colon = digest.str().find(':');
  return settings.artifacts_dir + "/" + digest.str().substr(colon == std::string::npos ? 0 : colon + 1);
}

std::string instance_dir(const ProcessSettings& settings, const EndpointId& id) {
  return settings.state_dir + "/instances/" + id.str();
}

Result<int> launch(const ProcessSettings& settings, const instances::Instance& instance,
                   const rollout::VersionSnapshot& snapshot) {
  if (snapshot.manifests) {
    return Error{Errc::unsupported,
                 "the version is manifests of Kubernetes and this site runs processes; give the service a "
                 "workload.process, or the site `runtime: {kubernetes: ...}` in its agent's settings"};
  }
  const std::string workdir = artifact_dir(settings, snapshot.artifact);
  const rollout::ProcessWorkload& workload = snapshot.workload;
  DEPOPS_TRY(const std::string program, program_path(workdir, workload.command));
  const std::string dir = instance_dir(settings, instance.id);
  std::error_code error;
  crash_point("process.folder.before");
  std::filesystem::create_directories(dir, error);
  crash_point("process.folder.after");
  if (error) return Error{Errc::unavailable, "cannot make " + dir + ": " + error.message()};
  Program shim;
  shim.words = {settings.shim,
                dir,
                workdir,
                std::to_string(workload.limits.memory_bytes.value_or(0)),
                std::to_string(workload.limits.open_files.value_or(0)),
                std::to_string(settings.log_bytes),
                "--",
                program};
  shim.words.insert(shim.words.end(), workload.command.begin() + 1, workload.command.end());
  shim.environment = environment_of(settings, instance, snapshot);
  shim.output_file = dir + "/shim.log";
  shim.errors_too = true;
  shim.own_session = true;
  crash_point("process.launch.before");
  Result<int> pid = spawn(shim);
  crash_point("process.launch.after");
  return pid;
}

}  // namespace depops::agent::process
