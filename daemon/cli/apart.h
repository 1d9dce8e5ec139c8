#pragma once

#include <functional>
#include <optional>
#include <string>

namespace jobledger::daemon::cli {

/// Runs `work` in a process of its own and gives the exit code that it returns. RocksDB asserts
/// instead of reporting some kinds of damage, such as that of the last words of a table's
/// properties, which it reads before it checks their sum: then the process ends by a signal, whose
/// name is in `died_of`, and there is no code. To be called while there is but one thread.
std::optional<int> run_apart(const std::function<int()>& work, std::string& died_of);

}  // namespace jobledger::daemon::cli
