#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <boost/system/error_code.hpp>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace jobledger::daemon::http {

using Strand = boost::asio::strand<boost::asio::io_context::executor_type>;

/// Whoever reads from and writes to a stream. It is kept alive while an operation is pending, and
/// is called on the stream's strand, never from within the call that started the operation.
class StreamUser {
 public:
  virtual ~StreamUser() = default;
  /// `asio::error::eof` once the peer has said that it sends no more.
  virtual void on_read(boost::system::error_code error, std::size_t bytes) = 0;
  virtual void on_written(boost::system::error_code error, std::size_t bytes) = 0;
  /// Instead of on_read: the peer speaks HTTP without TLS on a stream that has it. From now on the
  /// stream is a plain one, so that the peer can be told.
  virtual void on_plain_peer() = 0;
};

/// Bytes both ways, with TLS or without, so that what speaks HTTP is compiled once. To be used on
/// its strand alone; at most one read and one write may be pending.
class Stream {
 public:
  virtual ~Stream() = default;
  virtual Strand strand() const = 0;
  /// The peer's address without the port; an IPv4 one in its own form on an IPv6 socket, too.
  virtual std::string peer() const = 0;

  /// Reads at least one byte. `into` must stay valid until the user is called.
  virtual void async_read_some(std::span<char> into, std::shared_ptr<StreamUser> user) = 0;
  /// Writes at least one byte. `bytes` must stay valid until the user is called.
  virtual void async_write_some(std::string_view bytes, std::shared_ptr<StreamUser> user) = 0;
  /// Tells the peer that nothing more will be written; reading goes on.
  virtual void finish_writing() = 0;
  /// Ends pending operations with an error.
  virtual void close() = 0;
  /// The same, and the peer is told that what it got is not all.
  virtual void abort() = 0;
};

}  // namespace jobledger::daemon::http
