#include "daemon/config/toml_file.h"

#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace jobledger::daemon::config {
namespace {

using ledger::Failure;
using ledger::Result;

Result<std::string> read_whole(const std::string& path) {
  auto failure = [&] {
    return Failure{"cannot read the configuration file " + path + ": " + std::strerror(errno)};
  };
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), std::fclose);
  if (!file) return failure();
  std::string content;
  std::array<char, 4096> part;
  while (std::size_t length = std::fread(part.data(), 1, part.size(), file.get())) {
    content.append(part.data(), length);
  }
  if (std::ferror(file.get())) return failure();
  return content;
}

FileKey to_file_key(std::string name, const toml::node& node) {
  FileKey key;
  key.name = std::move(name);
  key.line = node.source().begin.line;
  if (const auto* integer = node.as_integer()) {
    key.kind = Setting::Kind::integer;
    key.text = std::to_string(integer->get());
  } else if (const auto* boolean = node.as_boolean()) {
    key.kind = Setting::Kind::boolean;
    key.text = boolean->get() ? "true" : "false";
  } else if (const auto* text = node.as_string()) {
    key.kind = Setting::Kind::text;
    key.text = text->get();
  }
  key.is_group = node.is_table();
  return key;
}

void collect(const toml::table& table, const std::string& prefix, std::vector<FileKey>& keys) {
  for (const auto& [key, node] : table) {
    std::string part(key.str());
    if (part.find('.') != std::string::npos) part = '"' + part + '"';
    keys.push_back(to_file_key(prefix + part, node));
    if (const auto* inner = node.as_table()) collect(*inner, prefix + part + '.', keys);
  }
}

}  // namespace

Result<std::vector<FileKey>> read_toml_file(const std::string& path) {
  auto content = read_whole(path);
  if (!content) return content.error();
  std::vector<FileKey> keys;
  try {
    collect(toml::parse(*content, path), "", keys);
  } catch (const toml::parse_error& error) {
    return Failure{path + ":" + std::to_string(error.source().begin.line) +
                   ": not TOML: " + std::string(error.description())};
  }
  std::stable_sort(keys.begin(), keys.end(),
                   [](const FileKey& a, const FileKey& b) { return a.line < b.line; });
  return keys;
}

}  // namespace jobledger::daemon::config
