#include "hub/cli/session.h"

#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "hub/cli/json_text.h"
#include "shared/json/write.h"

namespace depops::hub::cli {
namespace {

std::string with_line_end(std::string text) {
  if (text.empty() || text.back() != '\n') text += '\n';
  return text;
}

}  // namespace

Answer<HubClient*> Session::hub() {
  if (hub_ == nullptr) {
    const auto context = choose_context(globals.flags, globals.context, surroundings_);
    if (!context.ok()) return context.trouble();
    auto client = HubClient::open(*context);
    if (!client.ok()) return client.trouble();
    hub_ = client.take();
  }
  return hub_.get();
}

bool Session::colour_on(int descriptor) const {
  const char* unwanted = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  const bool dumb = terminal != nullptr && std::string(terminal) == "dumb";
  return !globals.no_color && !dumb && (unwanted == nullptr || *unwanted == '\0') && ::isatty(descriptor) == 1;
}

Exit Session::print_list(const View& view, const json::Value::Array& items) const {
  if (table()) {
    if (items.empty()) say("none");
    const bool headers = !globals.no_headers && !items.empty();
    return print_text(table_of(view, items, {globals.output == "wide", headers, colour_on(STDOUT_FILENO)}));
  }
  if (globals.output == "name") {
    std::string names;
    for (const json::Value& item : items) names += view.kind + "/" + plain_text(item[view.name_member]) + "\n";
    return print_text(names);
  }
  json::Value list = json::Value::object();
  list.add("items", json::Value(items));
  return print_text(globals.output == "yaml" ? yaml_text(list) : pretty_json(list));
}

Exit Session::print_one(const View& view, const json::Value& item) const {
  if (table() || globals.output == "name") return print_list(view, {item});
  return print_text(globals.output == "yaml" ? yaml_text(item) : pretty_json(item));
}

Exit Session::print_text(const std::string& text) const {
  std::cout << text << std::flush;
  if (std::cout.good()) return Exit::done;
  return fail({Exit::error, "can not write to standard output"});
}

void Session::print_change(const std::string& line, const json::Value& value) const {
  if (globals.output == "json") {
    print_text(json::write(value) + "\n");
  } else if (globals.output == "yaml") {
    print_text("---\n" + yaml_text(value));
  } else {
    print_text(with_line_end(line));
  }
}

void Session::say(const std::string& text) const {
  if (!globals.quiet) std::cerr << with_line_end(text) << std::flush;
}

void Session::suggest(const std::string& command) const {
  if (!globals.quiet) std::cerr << "next: " << command << std::endl;
}

Exit Session::fail(const Trouble& trouble) const {
  const bool colour = colour_on(STDERR_FILENO);
  std::cerr << (colour ? "\x1b[31m" : "") << "error: " << (colour ? "\x1b[0m" : "") << with_line_end(trouble.text)
            << std::flush;
  return trouble.exit;
}

}  // namespace depops::hub::cli
