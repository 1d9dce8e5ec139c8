#include "daemon/cli/worker/journal.h"

#include <fmt/core.h>

#include <ostream>

#include "daemon/json/writer.h"
#include "daemon/render/one_line.h"
#include "ledger/time.h"

namespace jobledger::daemon::cli::worker {
namespace {

std::string now() {
  ledger::SystemClock clock;
  return ledger::to_rfc3339(clock.now());
}

/// In the colour of the status that it leads to.
std::string_view status_of(std::string_view event) {
  if (event == "finished") return "finished";
  if (event == "claimed") return "render:dorender";
  return "error";
}

}  // namespace

Journal::Journal(Console console, bool json)
    : console_(console), json_(json), screen_(Screen::of_output()) {}

void Journal::tell(std::string_view event, std::string_view job, std::string_view text) {
  if (json_) {
    std::string line;
    json::Writer out(line);
    out.begin_object();
    out.field("time", now());
    out.field("event", event);
    out.field("job", job);
    out.field("text", text);
    out.end_object();
    console_.out << line << std::endl;
    return;
  }
  std::string word = fmt::format("{:<8}", event);
  std::string line = screen_.style.faint(screen_.time(now())) + "  " +
                     screen_.style.coloured_as(status_of(event), word) + "  " + std::string(job);
  if (!text.empty()) line += "  " + render::one_line(std::string(text));
  console_.out << line << std::endl;
}

void Journal::note(std::string_view text) {
  console_.err << "jobledger: " << text << std::endl;
}

}  // namespace jobledger::daemon::cli::worker
