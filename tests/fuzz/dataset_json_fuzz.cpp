#include "data/dataset/json.h"
#include "tests/fuzz/bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace myoseg;
  return fuzz::answered(
      [&] { (void)read_dataset_json(fuzz::as_file(data, size, "_dataset.json")); });
}
