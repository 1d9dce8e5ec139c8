#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "daemon/json/tape.h"
#include "ledger/assert.h"

namespace jobledger::daemon::json {

class Elements;
class Members;

/// One value of a document: a cheap handle, valid as long as its Document lives. Asking for
/// another type than it has is a bug.
class Value {
 public:
  Value(const Tape& tape, std::uint32_t at) : tape_(tape), at_(at) {}

  bool is_null() const { return tag() == 'n'; }
  bool is_boolean() const { return tag() == 't' || tag() == 'f'; }
  bool is_number() const { return tag() == 'l' || tag() == 'u' || tag() == 'd'; }
  bool is_string() const { return tag() == '"'; }
  bool is_array() const { return tag() == '['; }
  bool is_object() const { return tag() == '{'; }

  bool boolean() const;
  double number() const;
  /// A number without a fraction (`5` and `5.0` alike); nullopt for any other value, and for one
  /// that an int64 cannot hold.
  std::optional<std::int64_t> integer() const;
  /// Valid UTF-8, unescaped; it may hold NUL.
  std::string_view string() const;

  Elements elements() const;
  Members members() const;
  /// The member of an object under that name, null included.
  std::optional<Value> find(std::string_view name) const;

  /// Where the value stands on the tape; grows with its place in the text.
  std::uint32_t position() const { return at_; }

 private:
  char tag() const { return tape_.tag(at_); }

  Tape tape_;
  std::uint32_t at_;
};

struct Member {
  std::string_view name;
  Value value;
};

/// The elements of an array, for a range-for.
class Elements {
 public:
  Elements(const Tape& tape, std::uint32_t array)
      : tape_(tape), first_(array + 1), last_(tape.after(array) - 1) {}

  class Iterator {
   public:
    Iterator(const Tape& tape, std::uint32_t at) : tape_(tape), at_(at) {}
    Value operator*() const { return {tape_, at_}; }
    Iterator& operator++() {
      at_ = tape_.after(at_);
      return *this;
    }
    bool operator!=(const Iterator& other) const { return at_ != other.at_; }

   private:
    Tape tape_;
    std::uint32_t at_;
  };

  Iterator begin() const { return {tape_, first_}; }
  Iterator end() const { return {tape_, last_}; }
  bool empty() const { return first_ == last_; }
  std::size_t count() const {
    std::size_t found = 0;
    for (std::uint32_t at = first_; at != last_; at = tape_.after(at)) ++found;
    return found;
  }

 private:
  Tape tape_;
  std::uint32_t first_;
  std::uint32_t last_;
};

/// The members of an object, in the order of the text, for a range-for.
class Members {
 public:
  Members(const Tape& tape, std::uint32_t object)
      : tape_(tape), first_(object + 1), last_(tape.after(object) - 1) {}

  class Iterator {
   public:
    Iterator(const Tape& tape, std::uint32_t at) : tape_(tape), at_(at) {}
    Member operator*() const { return {tape_.text(at_), Value(tape_, at_ + 1)}; }
    Iterator& operator++() {
      at_ = tape_.after(at_ + 1);
      return *this;
    }
    bool operator!=(const Iterator& other) const { return at_ != other.at_; }

   private:
    Tape tape_;
    std::uint32_t at_;
  };

  Iterator begin() const { return {tape_, first_}; }
  Iterator end() const { return {tape_, last_}; }

 private:
  Tape tape_;
  std::uint32_t first_;
  std::uint32_t last_;
};

}  // namespace jobledger::daemon::json
