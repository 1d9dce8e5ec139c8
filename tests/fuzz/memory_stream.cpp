#include "tests/fuzz/memory_stream.h"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <cstring>

#include "tests/fuzz/support.h"

namespace jobledger::fuzz {

namespace asio = boost::asio;

MemoryStream::MemoryStream(asio::io_context& io, std::shared_ptr<Exchange> exchange)
    : strand_(asio::make_strand(io)), exchange_(std::move(exchange)) {}

void MemoryStream::async_read_some(std::span<char> into, User user) {
  require(!into.empty(), "there is room for what is read");
  require(!exchange_->closed, "nobody reads from what is closed");
  std::string_view rest = std::string_view(exchange_->sent).substr(exchange_->taken);
  std::size_t count = std::min({into.size(), rest.size(), exchange_->piece});
  boost::system::error_code error;
  if (count == 0) error = asio::error::eof;
  std::memcpy(into.data(), rest.data(), count);
  exchange_->taken += count;
  asio::post(strand_, [user = std::move(user), error, count] { user->on_read(error, count); });
}

void MemoryStream::async_write_some(std::string_view bytes, User user) {
  require(!bytes.empty(), "nobody writes nothing");
  require(!exchange_->closed && !exchange_->finished, "nobody writes to what is closed");
  std::size_t count = std::min(bytes.size(), std::max<std::size_t>(exchange_->piece, 64));
  exchange_->got += bytes.substr(0, count);
  asio::post(strand_, [user = std::move(user), count] { user->on_written({}, count); });
}

void MemoryStream::close() {
  exchange_->closed = true;
}

}  // namespace jobledger::fuzz
