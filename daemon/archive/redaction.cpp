#include "daemon/archive/redaction.h"

#include "daemon/json/document.h"

namespace jobledger::daemon::archive {
namespace {}  // namespace

/// Walks along the document and its text at the same pace: the document knows the names, unescaped,
/// and the text the places.
class SecretSearch {
 public:
  SecretSearch(std::string_view text, const Redaction::Names& names,
               std::vector<Redaction::Range>& found)
      : text_(text), names_(names), found_(found) {}

  enum class In { anything, upload, webhook, secrets };

  void walk(const json::Value& value, In in) {
    skip_separators();
    if (in == In::secrets && !value.is_object()) return take(value);
    if (value.is_object()) {
      ++at_;
      for (json::Member member : value.members()) {
        skip_separators();
        skip_string();
        bool secret = in == In::secrets || names_.contains(member.name);
        secret ? take(member.value) : walk(member.value, inside(in, member.name));
      }
      close();
    } else if (value.is_array()) {
      ++at_;
      for (json::Value element : value.elements()) walk(element, in);
      close();
    } else {
      skip_scalar();
    }
  }

 private:
  static In inside(In in, std::string_view name) {
    if (in == In::upload && name == "params") return In::secrets;
    if (in == In::webhook && name == "headers") return In::secrets;
    if (name == "upload") return In::upload;
    return name == "webhook" ? In::webhook : In::anything;
  }

  /// The value is a secret, whatever it is, unless it is nothing.
  void take(const json::Value& value) {
    skip_separators();
    std::size_t begin = at_;
    std::size_t known = found_.size();
    walk(value, In::anything);
    found_.resize(known);  // what is secret within it goes with it
    if (!value.is_null()) found_.push_back({begin, at_});
  }

  void close() {
    skip_separators();
    ++at_;
  }
  void skip_separators() { at_ = text_.find_first_not_of(" \t\r\n,:", at_); }
  void skip_string() {
    for (++at_; text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\') ++at_;
    }
    ++at_;
  }
  void skip_scalar() {
    if (text_[at_] == '"') return skip_string();
    at_ = std::min(text_.find_first_of(" \t\r\n,]}", at_), text_.size());
  }

  std::string_view text_;
  const Redaction::Names& names_;
  std::vector<Redaction::Range>& found_;
  std::size_t at_ = 0;
};

Redaction::Redaction(std::string_view body, const Names& secret_members) : body_(body) {
  auto document = json::Document::parse(body);
  if (!document) return;
  SecretSearch(body, secret_members, secrets_).walk(document->root(), SecretSearch::In::anything);
}

std::string Redaction::text() const {
  std::string text;
  std::size_t from = 0;
  for (const Range& secret : secrets_) {
    text.append(body_.substr(from, secret.begin - from)).append(kRedacted);
    from = secret.end;
  }
  return text.append(body_.substr(from));
}

/// Where this place of the body is in the text.
std::size_t Redaction::moved(std::size_t at) const {
  std::size_t added = 0;
  std::size_t removed = 0;
  for (const Range& secret : secrets_) {
    if (secret.end > at) break;
    added += kRedacted.size();
    removed += secret.end - secret.begin;
  }
  return at + added - removed;
}

Redaction::Part Redaction::part(std::size_t begin, std::size_t length) const {
  Part part{moved(begin), moved(begin + length) - moved(begin), false};
  for (const Range& secret : secrets_) {
    part.redacted = part.redacted || (secret.begin < begin + length && secret.end > begin);
  }
  return part;
}

}  // namespace jobledger::daemon::archive
