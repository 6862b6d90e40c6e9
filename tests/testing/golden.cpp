#include "tests/testing/golden.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <limits>

#include "core/files.h"

namespace myoseg::testing {

std::filesystem::path source_folder() { return MYOSEG_SOURCE_DIR; }

std::filesystem::path golden_folder() {
  const char* folder = std::getenv("MYOSEG_GOLDEN");
  return folder != nullptr ? folder : source_folder() / "tests/data/golden";
}

std::vector<Json> golden_records(std::string_view folder, std::string_view kind) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(golden_folder() / folder))
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::vector<Json> records;
  for (const auto& file : files) {
    Json record = Json::parse(read_file(file));
    if (record.at("kind") == kind) records.push_back(std::move(record));
  }
  EXPECT_FALSE(records.empty()) << "no golden record of kind " << kind << " in "
                                << golden_folder() / folder;
  return records;
}

double number(const Json& value) {
  if (value.is_number()) return value.get<double>();
  const auto text = value.get<std::string>();
  if (text == "nan") return std::numeric_limits<double>::quiet_NaN();
  if (text == "inf") return std::numeric_limits<double>::infinity();
  if (text == "-inf") return -std::numeric_limits<double>::infinity();
  throw std::invalid_argument("no number: " + text);
}

std::uint64_t fnv1a64(std::string_view bytes) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char byte : bytes) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
  return hash;
}

namespace {
double splitmix(std::uint64_t hash, std::uint64_t i) {
  std::uint64_t z = hash + i + 0x9E3779B97F4A7C15;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  z = z ^ (z >> 31);
  return static_cast<double>(z >> 11) * 0x1p-53;
}
}  // namespace

double formula(std::string_view seed_string, std::uint64_t i) {
  return splitmix(fnv1a64(seed_string), i);
}

std::vector<float> formula_values(std::string_view seed_string, std::size_t n, double lo,
                                  double hi) {
  const std::uint64_t hash = fnv1a64(seed_string);
  std::vector<float> values(n);
  for (std::size_t i = 0; i < n; ++i)
    values[i] = static_cast<float>(lo + (hi - lo) * splitmix(hash, i));
  return values;
}

std::vector<std::int64_t> formula_labels(std::string_view seed_string, std::size_t n, int labels) {
  const std::uint64_t hash = fnv1a64(seed_string);
  std::vector<std::int64_t> values(n);
  for (std::size_t i = 0; i < n; ++i)
    values[i] = static_cast<std::int64_t>(std::floor(splitmix(hash, i) * labels));
  return values;
}

void Tally::cannot_run(const std::string& name, const std::string& why) {
  not_run_.push_back(name + " (" + why + ")");
}

Tally::~Tally() {
  std::cout << kind_ << ": " << ran_ << " ran";
  if (!not_run_.empty()) std::cout << ", " << not_run_.size() << " not run:";
  std::cout << "\n";
  for (const auto& name : not_run_) std::cout << "  " << name << "\n";
  EXPECT_GT(ran_, 0) << kind_ << ": no case could be run";
}

}  // namespace myoseg::testing
