#include "losses/voxels/falling_order.h"

#include <ATen/ATen.h>

#include <array>
#include <bit>
#include <limits>
#include <utility>
#include <vector>

namespace myoseg {
namespace {

struct Item {
  std::uint32_t key;  // falls where the value rises
  std::int32_t place;
};

constexpr unsigned kDigit = 11;  // bits; three digits make a key

std::vector<Item> sorted(std::vector<Item> items) {
  std::vector<Item> moved(items.size());
  for (unsigned shift = 0; shift < 32; shift += kDigit) {
    std::array<std::size_t, 1U << kDigit> start{};
    const auto digit = [&](const Item& item) { return item.key >> shift & ((1U << kDigit) - 1); };
    for (const Item& item : items) ++start[digit(item)];
    std::size_t before = 0;
    for (std::size_t& s : start) before += std::exchange(s, before);
    for (const Item& item : items) moved[start[digit(item)]++] = item;
    items.swap(moved);
  }
  return items;
}

}  // namespace

at::Tensor falling_order(const at::Tensor& values) {
  const bool radix = values.is_cpu() && values.scalar_type() == at::kFloat &&
                     values.numel() <= std::numeric_limits<std::int32_t>::max();
  if (!radix) return std::get<1>(at::sort(values, /*stable=*/true, 0, /*descending=*/true));
  const at::Tensor dense = values.contiguous();
  const float* v = dense.data_ptr<float>();
  std::vector<Item> items(static_cast<std::size_t>(values.numel()));
  // The bits of numbers that are not negative rise with them; adding 0 makes -0 one of them.
  for (std::size_t i = 0; i < items.size(); ++i)
    items[i] = {~std::bit_cast<std::uint32_t>(v[i] + 0.0F), static_cast<std::int32_t>(i)};
  items = sorted(std::move(items));
  at::Tensor order = at::empty({values.numel()}, at::kLong);
  auto* place = order.data_ptr<std::int64_t>();
  for (const Item& item : items) *place++ = item.place;
  return order;
}

}  // namespace myoseg
