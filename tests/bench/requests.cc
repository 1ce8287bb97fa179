#include "tests/bench/requests.h"

#include <condition_variable>
#include <mutex>
#include <thread>

#include "shared/json/parse.h"
#include "shared/json/write.h"
#include "shared/signing/signing.h"

namespace depops::bench {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::uint64_t kSenders = 8;

std::string pipeline(const std::string& service, std::uint64_t environments) {
  std::string text = "apiVersion: depops/v1\nkind: Pipeline\nmetadata: {name: " + service +
                     "}\nspec:\n  workload:\n    process:\n      command: [bin/nothing]\n      portVariable: PORT\n"
                     "      readiness: {http: {path: /ready}, interval: 200ms, timeout: 1s}\n      replicas: 1\n"
                     "      drain: 1s\n  environments:\n";
  for (std::uint64_t i = 1; i <= environments; ++i)
    text += "    - name: place-" + std::to_string(i) +
            "\n      strategy: {rolling: {maxSurge: 1, maxUnavailable: 0, stepTimeout: 1m}}\n";
  return text;
}

std::string store_artifact(Api& api) {
  const std::string bytes = "nothing";
  const std::string digest = signing::digest_of(bytes).str();
  const ApiAnswer stored = api.call("PUT", "/api/v1/artifacts/" + digest, bytes);
  if (stored.status > 201) throw std::runtime_error("an artifact was refused: " + stored.body);
  return digest;
}

void publish(Api& api, const std::string& service, const std::string& label, const std::string& artifact) {
  json::Value version;
  version.add("label", label).add("artifact", artifact).add("commit", "abcdef0");
  version.add("committedAt", "2026-11-01T10:00:00Z");
  api.must("POST", "/api/v1/services/" + service + "/versions", json::write(version));
}

// A time that is waited for, without sleeping through an end.
void wait_until(Clock::time_point due) {
  std::mutex mutex;
  std::condition_variable never;
  std::unique_lock lock(mutex);
  never.wait_until(lock, due, [&] { return Clock::now() >= due; });
}

double milliseconds(Clock::duration duration) { return std::chrono::duration<double, std::milli>(duration).count(); }

Sent send(Api& api, const std::string& body, Clock::time_point due) {
  wait_until(due);
  Sent sent;
  sent.due = due;
  sent.late_ms = milliseconds(Clock::now() - due);
  const ApiAnswer answer = api.call("POST", "/api/v1/deployments", body);
  sent.answered_ms = milliseconds(Clock::now() - due);
  if (answer.status != 201) {
    sent.refusal = answer.body;
    return sent;
  }
  sent.deployment = json::parse(answer.body).value()["deployment"].as_string();
  return sent;
}

}  // namespace

std::string Rotation::body(std::uint64_t number) const {
  json::Value out;
  out.add("service", "service-" + std::to_string(number / environments % services + 1));
  out.add("environment", "place-" + std::to_string(number % environments + 1));
  out.add("version", number / round() % 2 == 0 ? "1.0" : "2.0");
  return json::write(out);
}

void register_services(Api& api, const Rotation& rotation) {
  const std::string artifact = store_artifact(api);
  for (std::uint64_t i = 1; i <= rotation.services; ++i) {
    const std::string service = "service-" + std::to_string(i);
    api.must("PUT", "/api/v1/documents", pipeline(service, rotation.environments));
    publish(api, service, "1.0", artifact);
    publish(api, service, "2.0", artifact);
  }
}

std::vector<Sent> send_at(const Centre& centre, const Rotation& rotation, std::uint64_t first, std::uint64_t count,
                          std::uint64_t per_second) {
  std::vector<Sent> all(count);
  const auto begin = Clock::now() + std::chrono::milliseconds(200);
  const auto due = [&](std::uint64_t i) { return begin + std::chrono::microseconds(i * 1'000'000 / per_second); };
  std::vector<std::thread> senders;
  for (std::uint64_t sender = 0; sender < kSenders; ++sender) {
    senders.emplace_back([&, sender, api = std::shared_ptr<Api>(centre.connect())] {
      for (std::uint64_t i = sender; i < count; i += kSenders) {
        try {
          all[i] = send(*api, rotation.body(first + i), due(i));
        } catch (const std::exception& trouble) {
          all[i].refusal = trouble.what();
        }
      }
    });
  }
  for (std::thread& sender : senders) sender.join();
  return all;
}

}  // namespace depops::bench
