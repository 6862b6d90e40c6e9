#include "train/tensorboard.h"

#include <unistd.h>

#include <array>
#include <bit>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstring>
#include <protozero/pbf_writer.hpp>

#include "core/error.h"

namespace myoseg {
namespace {

// Field numbers of Event, SessionLog, Summary and Summary.Value.
constexpr protozero::pbf_tag_type kWallTime = 1, kStep = 2, kFileVersion = 3, kSummary = 5,
                                  kSessionLog = 7, kStatus = 1, kValue = 1, kTag = 1,
                                  kSimpleValue = 2;
constexpr int kStart = 1;  // SessionLog.SessionStatus

constexpr std::array<std::uint32_t, 256> make_crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) ? 0x82f63b78u : 0u);
    table[i] = value;
  }
  return table;
}
constexpr auto kCrcTable = make_crc_table();

// TFRecord stores checksums rotated and shifted, so that the checksum of data with checksums in it
// stays a good one.
std::uint32_t masked_crc(std::string_view bytes) {
  return std::rotr(crc32c(bytes), 15) + 0xa282ead8u;
}

template <class Number>
void append_little_endian(std::string& out, Number value) {
  for (std::size_t i = 0; i < sizeof value; ++i)
    out += static_cast<char>(static_cast<unsigned char>(value >> (8 * i)));
}

double now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace

std::uint32_t crc32c(std::string_view bytes) {
  std::uint32_t crc = ~0u;
  for (const char byte : bytes)
    crc = (crc >> 8) ^ kCrcTable[(crc ^ static_cast<unsigned char>(byte)) & 0xffu];
  return ~crc;
}

TensorBoard::TensorBoard(const std::filesystem::path& folder, std::int64_t first_step) {
  const double time = now();
  file_ = folder / fmt::format("events.out.tfevents.{:010}.myoseg.{}",
                               static_cast<std::int64_t>(time), getpid());
  for (int n = 1; std::filesystem::exists(file_);
       ++n)  // two trainings of one process in one second
    file_ = folder / fmt::format("events.out.tfevents.{:010}.myoseg.{}.{}",
                                 static_cast<std::int64_t>(time), getpid(), n);
  stream_ = std::fopen(file_.c_str(), "wb");
  if (stream_ == nullptr)
    throw failure("Cannot write '{}': {}", file_.string(), std::strerror(errno));

  std::string version;
  protozero::pbf_writer first(version);
  first.add_double(kWallTime, time);
  first.add_string(kFileVersion, "brain.Event:2");
  record(version);

  std::string start;
  protozero::pbf_writer event(start);
  event.add_double(kWallTime, time);
  event.add_int64(kStep, first_step);
  protozero::pbf_writer(event, kSessionLog).add_enum(kStatus, kStart);
  record(start);
}

TensorBoard::~TensorBoard() {
  if (stream_ != nullptr) std::fclose(stream_);
}

void TensorBoard::scalars(std::int64_t step,
                          std::span<const std::pair<std::string, double>> values) {
  std::string bytes;
  protozero::pbf_writer event(bytes);
  event.add_double(kWallTime, now());
  event.add_int64(kStep, step);
  {
    protozero::pbf_writer summary(event, kSummary);
    for (const auto& [name, number] : values) {
      if (!std::isfinite(number)) continue;
      protozero::pbf_writer value(summary, kValue);
      value.add_string(kTag, name);
      value.add_float(kSimpleValue, static_cast<float>(number));
    }
  }
  record(bytes);
}

void TensorBoard::record(const std::string& event) {
  std::string bytes;
  append_little_endian(bytes, static_cast<std::uint64_t>(event.size()));
  append_little_endian(bytes, masked_crc(bytes));
  bytes += event;
  append_little_endian(bytes, masked_crc(event));
  if (std::fwrite(bytes.data(), 1, bytes.size(), stream_) != bytes.size() ||
      std::fflush(stream_) != 0)
    throw failure("Cannot write '{}': {}", file_.string(), std::strerror(errno));
}

}  // namespace myoseg
