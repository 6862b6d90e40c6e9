// Golden records: values made by running the reference implementations. A golden test is a runner
// over every JSON file of its kind in $MYOSEG_GOLDEN (default: tests/data/golden), and names what
// it cannot run.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace myoseg::testing {

using Json = nlohmann::ordered_json;

// Top of the source tree the tests were built from.
[[nodiscard]] std::filesystem::path source_folder();
[[nodiscard]] std::filesystem::path golden_folder();
// Every record in golden_folder()/`folder` whose "kind" is `kind`, sorted by file name. Fails the
// test when there is none.
[[nodiscard]] std::vector<Json> golden_records(std::string_view folder, std::string_view kind);
// A number, or the strings "nan", "inf", "-inf".
[[nodiscard]] double number(const Json& value);

// The number formula of the golden README: u in [0,1) for element `i` of the seed string.
[[nodiscard]] double formula(std::string_view seed_string, std::uint64_t i);
// (float)(lo + (hi-lo)*u) for n elements.
[[nodiscard]] std::vector<float> formula_values(std::string_view seed_string, std::size_t n,
                                                double lo = -1, double hi = 1);
// floor(u * labels) for n elements.
[[nodiscard]] std::vector<std::int64_t> formula_labels(std::string_view seed_string, std::size_t n,
                                                       int labels);
[[nodiscard]] std::uint64_t fnv1a64(std::string_view bytes);

// What a runner met: prints "metric_pair: 431 values equal, 12 not run: NAME (why), ..." and fails
// when nothing ran.
class Tally {
 public:
  explicit Tally(std::string kind) : kind_(std::move(kind)) {}
  ~Tally();
  void ran() { ++ran_; }
  void cannot_run(const std::string& name, const std::string& why);

 private:
  std::string kind_;
  std::int64_t ran_ = 0;
  std::vector<std::string> not_run_;
};

}  // namespace myoseg::testing
