// Scalars for TensorBoard: TFRecord framing around protocol buffers
// (tensorflow/core/util/event.proto).
#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace myoseg {

// CRC-32C (Castagnoli), as in RFC 3720; of "123456789" it is e3069283.
[[nodiscard]] std::uint32_t crc32c(std::string_view bytes);

// One event file, written as it goes; TensorBoard reads it while it grows and ignores a torn last
// record.
class TensorBoard {
 public:
  // Makes `folder`/events.out.tfevents.TIME.myoseg.PID. What earlier files of the folder hold from
  // `first_step` on is told to be void, so that a resumed training shows no point twice.
  // Error(failed) when it cannot be written.
  TensorBoard(const std::filesystem::path& folder, std::int64_t first_step);
  ~TensorBoard();
  TensorBoard(const TensorBoard&) = delete;
  TensorBoard& operator=(const TensorBoard&) = delete;

  // Values that are not finite are left out.
  void scalars(std::int64_t step, std::span<const std::pair<std::string, double>> values);

 private:
  void record(const std::string& event);

  std::filesystem::path file_;
  std::FILE* stream_ = nullptr;
};

}  // namespace myoseg
