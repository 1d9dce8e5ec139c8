#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/projection.h"

namespace jobledger::tests {

/// The chunks of one projection, in memory.
class MapChunks final : public ledger::ChunkSink, public ledger::ChunkSource {
 public:
  void settled(std::string_view name, const std::function<std::string()>& write) override {
    chunks_[std::string(name)] = write();
  }
  void fresh(std::string_view name, std::string bytes) override {
    chunks_[std::string(name)] = std::move(bytes);
  }
  std::optional<std::string> read(std::string_view name) const override {
    auto it = chunks_.find(std::string(name));
    return it == chunks_.end() ? std::nullopt : std::optional(it->second);
  }

  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& [name, bytes] : chunks_) names.push_back(name);
    return names;
  }
  void erase(const std::string& name) { chunks_.erase(name); }
  void set(const std::string& name, std::string bytes) { chunks_[name] = std::move(bytes); }
  bool operator==(const MapChunks& other) const { return chunks_ == other.chunks_; }

 private:
  std::map<std::string, std::string> chunks_;
};

/// ledger::Projection::Locked where there is nobody to keep out.
inline void run_at_once(const std::function<void()>& work) {
  work();
}

}  // namespace jobledger::tests
