#pragma once

#include <memory>
#include <string>
#include <vector>

#include "hub/cli/answer.h"
#include "hub/cli/context_file.h"
#include "hub/cli/hub_client.h"
#include "hub/cli/table.h"

namespace depops::hub::cli {

// What every command takes.
struct Globals {
  Context flags;        // --hub, --token-file, --ca-file
  std::string context;  // --context
  std::string output = "table";
  bool no_headers = false;
  bool quiet = false;
  bool no_color = false;
};

// One run of the command: where its words go, and the hub it speaks to. Standard output carries data only; everything
// else goes to standard error.
class Session {
 public:
  explicit Session(Surroundings surroundings) : surroundings_(std::move(surroundings)) {}

  Globals globals;

  const Surroundings& surroundings() const noexcept { return surroundings_; }

  // The hub's client, made when first asked for.
  Answer<HubClient*> hub();

  bool table() const { return globals.output == "table" || globals.output == "wide"; }
  bool colour_on(int descriptor) const;

  // Data, in the format asked for.
  Exit print_list(const View& view, const json::Value::Array& items) const;
  Exit print_one(const View& view, const json::Value& item) const;
  Exit print_text(const std::string& text) const;
  // One change of something that is watched: a line of text, or one line of JSON.
  void print_change(const std::string& line, const json::Value& value) const;

  void say(const std::string& text) const;         // progress; not with --quiet
  void suggest(const std::string& command) const;  // the next command that makes sense; not with --quiet
  Exit fail(const Trouble& trouble) const;

 private:
  Surroundings surroundings_;
  std::unique_ptr<HubClient> hub_;
};

}  // namespace depops::hub::cli
