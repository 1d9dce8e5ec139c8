#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "daemon/http/stream.h"

namespace jobledger::fuzz {

/// What a client sent, and what it got.
struct Exchange {
  std::string sent;
  std::size_t taken = 0;  ///< of it, by the server
  std::size_t piece = 1;  ///< bytes a read or write takes at most
  std::string got;
  bool finished = false;  ///< nothing more will be written
  bool closed = false;
};

/// A connection without a socket. The client stops to send after the last byte, but reads on.
class MemoryStream final : public daemon::http::Stream {
 public:
  using User = std::shared_ptr<daemon::http::StreamUser>;

  MemoryStream(boost::asio::io_context& io, std::shared_ptr<Exchange> exchange);

  daemon::http::Strand strand() const override { return strand_; }
  std::string peer() const override { return "192.0.2.1"; }
  void async_read_some(std::span<char> into, User user) override;
  void async_write_some(std::string_view bytes, User user) override;
  void finish_writing() override { exchange_->finished = true; }
  void close() override;
  void abort() override { close(); }

 private:
  daemon::http::Strand strand_;
  const std::shared_ptr<Exchange> exchange_;
};

}  // namespace jobledger::fuzz
