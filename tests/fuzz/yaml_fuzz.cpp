#include "core/config/config_error.h"
#include "core/config/tree/yaml.h"
#include "tests/fuzz/bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace myoseg;
  return fuzz::answered([&] {
    const Node node = parse_yaml(fuzz::as_text(data, size), "x");
    (void)to_yaml(node);
  });
}
