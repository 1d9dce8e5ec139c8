#include "daemon/cli/verifier_keys.h"

#include <ostream>

namespace jobledger::daemon::cli {

std::optional<std::vector<ledger::VerifierKey>> verifier_keys(const std::vector<std::string>& texts,
                                                              Console console) {
  std::vector<ledger::VerifierKey> keys;
  for (const std::string& text : texts) {
    auto key = ledger::VerifierKey::parse(text);
    if (!key) {
      console.err << "--key: " << key.error().message << '\n';
      return std::nullopt;
    }
    keys.push_back(std::move(*key));
  }
  return keys;
}

}  // namespace jobledger::daemon::cli
