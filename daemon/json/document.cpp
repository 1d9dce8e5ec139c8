#include "daemon/json/document.h"

#include <simdjson.h>

#include <algorithm>
#include <vector>

#include "daemon/json/duplicates.h"
#include "daemon/json/fault.h"
#include "daemon/json/object_slices.h"

namespace jobledger::daemon::json {
namespace {

constexpr std::size_t kSpareParsers = 4;
constexpr std::size_t kSpareCapacity = 1 << 20;  // a parser that grew beyond this is not kept

/// simdjson says what is wrong but not where; the slow reader says both.
ledger::Failure explain(std::string_view text, const char* otherwise) {
  if (auto fault = find_fault(text, kMaxDepth)) {
    return {place_in(text, fault->offset) + ": " + fault->what};
  }
  return {otherwise};
}

std::size_t depth_of(const Tape& tape) {
  std::size_t deepest = 0;
  tape.each_container(
      [&](std::uint32_t, std::size_t depth) { deepest = std::max(deepest, depth); });
  return deepest;
}

}  // namespace

struct Document::Parser {
  simdjson::dom::parser dom;
};

struct Document::Spares {
  std::vector<std::unique_ptr<Parser>> parsers;

  static Spares& of_this_thread() {
    thread_local Spares spares;
    return spares;
  }
};

void Document::Recycle::operator()(Parser* parser) const {
  std::unique_ptr<Parser> owned(parser);
  auto& spares = Spares::of_this_thread().parsers;
  if (spares.size() < kSpareParsers && owned->dom.capacity() <= kSpareCapacity) {
    spares.push_back(std::move(owned));
  }
}

Document::OwnedParser Document::take_parser() {
  auto& spares = Spares::of_this_thread().parsers;
  if (!spares.empty()) {
    OwnedParser parser(spares.back().release());
    spares.pop_back();
    return parser;
  }
  OwnedParser parser(new Parser);
  // simdjson counts a value within a container as a level, an empty container as none: this
  // bounds what it does, and `depth_of` is exact.
  JL_ASSERT(parser->dom.allocate(4096, kMaxDepth + 1) == simdjson::SUCCESS);
  return parser;
}

Document::Document(OwnedParser parser, std::string_view text)
    : parser_(std::move(parser)),
      tape_{parser_->dom.doc.tape.get(), parser_->dom.doc.string_buf.get()},
      text_(text) {}

Value Document::root() const {
  return {tape_, 1};
}

ledger::Result<Document> Document::parse(std::string_view text) {
  OwnedParser parser = take_parser();
  auto error = parser->dom.parse(text.data(), text.size()).error();
  if (error) return explain(text, simdjson::error_message(error));
  Document document(std::move(parser), text);
  if (depth_of(document.tape()) > kMaxDepth) return explain(text, "too deep");
  if (auto twice = find_duplicate(document.tape())) {
    std::size_t begin = ObjectSlices(document).of(Value(document.tape(), twice->object)).begin;
    return ledger::Failure{"the object at " + place_in(text, begin) + " has the property \"" +
                           std::string(twice->name) + "\" twice: keep one of them"};
  }
  return document;
}

}  // namespace jobledger::daemon::json
