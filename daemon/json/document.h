#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "daemon/json/value.h"
#include "ledger/result.h"

namespace jobledger::daemon::json {

/// Containers may stand in one another this deep.
inline constexpr std::size_t kMaxDepth = 64;

/// A JSON text (RFC 8259), read and checked whole. Values are handles into it.
class Document {
 public:
  /// Refuses, with the line and column as far as it can be known and what to do: whatever is not
  /// JSON, text that is not UTF-8, anything after the document, depth beyond kMaxDepth, two members
  /// of one name in an object, a number that neither a double nor 64 bits can hold. `text` must
  /// outlive the document.
  static ledger::Result<Document> parse(std::string_view text);

  Value root() const;
  const Tape& tape() const { return tape_; }
  std::string_view text() const { return text_; }

 private:
  struct Parser;
  /// Parsers hold buffers worth keeping; each thread keeps a few small ones.
  struct Recycle {
    void operator()(Parser* parser) const;
  };
  using OwnedParser = std::unique_ptr<Parser, Recycle>;
  struct Spares;

  Document(OwnedParser parser, std::string_view text);
  static OwnedParser take_parser();

  OwnedParser parser_;
  Tape tape_;
  std::string_view text_;
};

}  // namespace jobledger::daemon::json
