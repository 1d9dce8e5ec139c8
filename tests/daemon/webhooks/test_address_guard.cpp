#include <arpa/inet.h>
#include <netinet/in.h>

#include <catch2/catch.hpp>
#include <string>

#include "daemon/webhooks/address_guard.h"
#include "daemon/webhooks/target.h"

namespace jobledger::daemon::webhooks {
namespace {

std::string range(const std::string& address) {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  if (inet_pton(AF_INET, address.c_str(), &v4.sin_addr) == 1) {
    return std::string(refused_range(reinterpret_cast<const sockaddr&>(v4)));
  }
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  REQUIRE(inet_pton(AF_INET6, address.c_str(), &v6.sin6_addr) == 1);
  return std::string(refused_range(reinterpret_cast<const sockaddr&>(v6)));
}

}  // namespace

TEST_CASE("webhooks go to public addresses alone, at the edges of each range", "[ssrf]") {
  auto [address, wanted] = GENERATE(table<std::string, std::string>({
      {"0.0.0.0", "unspecified"},
      {"0.255.255.255", "unspecified"},
      {"1.0.0.0", ""},
      {"9.255.255.255", ""},
      {"10.0.0.0", "private"},
      {"10.255.255.255", "private"},
      {"11.0.0.0", ""},
      {"100.63.255.255", ""},
      {"100.64.0.0", "shared"},
      {"100.127.255.255", "shared"},
      {"100.128.0.0", ""},
      {"126.255.255.255", ""},
      {"127.0.0.1", "loopback"},
      {"127.255.255.255", "loopback"},
      {"128.0.0.0", ""},
      {"169.253.255.255", ""},
      {"169.254.169.254", "link-local"},
      {"169.255.0.0", ""},
      {"172.15.255.255", ""},
      {"172.16.0.0", "private"},
      {"172.31.255.255", "private"},
      {"172.32.0.0", ""},
      {"192.0.0.8", "reserved"},
      {"192.0.2.1", "documentation"},
      {"192.88.99.1", "6to4"},
      {"192.167.255.255", ""},
      {"192.168.0.0", "private"},
      {"192.168.255.255", "private"},
      {"192.169.0.0", ""},
      {"198.17.255.255", ""},
      {"198.18.0.0", "benchmarking"},
      {"198.19.255.255", "benchmarking"},
      {"198.20.0.0", ""},
      {"198.51.100.7", "documentation"},
      {"203.0.113.7", "documentation"},
      {"223.255.255.255", ""},
      {"224.0.0.0", "multicast"},
      {"239.255.255.255", "multicast"},
      {"240.0.0.0", "reserved"},
      {"255.255.255.255", "broadcast"},
      {"::", "unspecified"},
      {"::1", "loopback"},
      {"::2", "reserved"},
      {"::127.0.0.1", "reserved"},
      {"::ffff:127.0.0.1", "IPv4-mapped"},
      {"::ffff:8.8.8.8", "IPv4-mapped"},
      {"64:ff9b::7f00:1", "NAT64"},
      {"64:ff9b:1::1", "NAT64"},
      {"100::1", "reserved"},
      {"1fff:ffff::1", "reserved"},
      {"2000::1", ""},
      {"2001::1", "Teredo"},
      {"2001:2::1", "benchmarking"},
      {"2001:1ff::1", "reserved"},
      {"2001:200::1", ""},
      {"2001:db7:ffff::1", ""},
      {"2001:db8::1", "documentation"},
      {"2001:db9::1", ""},
      {"2002:7f00:1::", "6to4"},
      {"2003::1", ""},
      {"2606:4700:4700::1111", ""},
      {"3fff::1", "documentation"},
      {"3fff:1000::1", ""},
      {"4000::1", "reserved"},
      {"fbff::1", "reserved"},
      {"fc00::1", "private"},
      {"fdff:ffff::1", "private"},
      {"fe80::1", "link-local"},
      {"febf::1", "link-local"},
      {"fec0::1", "site-local"},
      {"ff02::1", "multicast"},
  }));
  CAPTURE(address);
  CHECK(range(address) == wanted);
}

TEST_CASE("what is no address of the Internet is refused", "[ssrf]") {
  sockaddr local{};
  local.sa_family = AF_UNIX;
  CHECK_FALSE(refused_range(local).empty());
}

TEST_CASE("an address is known however a URL writes it", "[ssrf]") {
  auto [url, refused] = GENERATE(table<std::string, bool>({
      {"http://127.0.0.1/", true},
      {"http://127.1/", true},
      {"http://2130706433/", true},
      {"http://0x7f000001/", true},
      {"http://0177.0.0.1/", true},
      {"http://0/", true},
      {"http://[::1]/", true},
      {"http://[0:0:0:0:0:0:0:1]:8080/x", true},
      {"http://[::ffff:127.0.0.1]/", true},
      {"http://[fe80::1%25eth0]/", true},
      {"https://10.1.2.3:8443/hook?a=b", true},
      {"http://user:password@192.168.1.1/", true},
      {"http://8.8.8.8@127.0.0.1/", true},
      {"http://8.8.8.8/", false},
      {"http://134744072/", false},
      {"http://[2606:4700:4700::1111]/", false},
      {"https://hooks.example.com/", false},
      {"http://localhost/", false},  // a name: judged when it is connected to
      {"ftp://8.8.8.8/", true},
      {"file:///etc/passwd", true},
      {"8.8.8.8", true},
      {"http://", true},
      {"", true},
  }));
  CAPTURE(url);
  CHECK(literal_target_refused(url) == refused);
}

TEST_CASE("a target has one name for all its URLs, and shows no secret") {
  auto [url, server, shown] = GENERATE(table<std::string, std::string, std::string>({
      {"https://Hooks.Example.com/a/b?token=x#y", "https://hooks.example.com:443",
       "https://Hooks.Example.com/a/b"},
      {"http://hooks.example.com", "http://hooks.example.com:80", "http://hooks.example.com/"},
      {"http://u:p@a.example:81/x", "http://a.example:81", "http://a.example:81/x"},
      {"http://[2001:DB8::1]:81/x", "http://[2001:db8::1]:81", "http://[2001:DB8::1]:81/x"},
      {"http://2130706433/", "http://127.0.0.1:80", "http://127.0.0.1/"},
  }));
  CAPTURE(url);
  auto target = target_of(url);
  REQUIRE(target);
  CHECK(target->server() == server);
  CHECK(target->shown == shown);
}

}  // namespace jobledger::daemon::webhooks
