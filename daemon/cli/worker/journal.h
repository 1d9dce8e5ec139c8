#pragma once

#include <string>
#include <string_view>

#include "daemon/cli/commands.h"
#include "daemon/cli/screen.h"

namespace jobledger::daemon::cli::worker {

/// What a worker does, a line each on stdout: for people, or as JSON.
class Journal {
 public:
  Journal(Console console, bool json);

  /// `event` is one word, such as `claimed`; `text` what there is to say about it, or empty.
  void tell(std::string_view event, std::string_view job, std::string_view text);
  /// What is wrong for now, on stderr.
  void note(std::string_view text);

 private:
  Console console_;
  const bool json_;
  const Screen screen_;
};

}  // namespace jobledger::daemon::cli::worker
