#include "core/names.h"

#include <algorithm>
#include <cctype>
#include <vector>

namespace myoseg {
namespace {

// Edits that turn one word into the other, whatever their case: insertions, deletions, replacements
// and swaps of neighbours (optimal string alignment distance).
std::size_t distance(std::string_view a, std::string_view b) {
  const auto same = [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) ==
           std::tolower(static_cast<unsigned char>(y));
  };
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i)
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = d[i - 1][j - 1] + (same(a[i - 1], b[j - 1]) ? 0 : 1);
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, replaced});
      if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1]))
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  return d[a.size()][b.size()];
}

}  // namespace

std::string did_you_mean(std::string_view found, std::span<const std::string> known) {
  const std::string* best = nullptr;
  std::size_t best_distance = std::max<std::size_t>(1, found.size() / 3) + 1;
  for (const std::string& name : known) {
    std::size_t d = distance(found, name);
    // What was typed may be the start or the end of a longer name: `lr` in `lr_schedule`, `unet` in
    // `attention_unet`.
    if (found.size() >= 2 && (name.starts_with(found) || name.ends_with(found)))
      d = std::min<std::size_t>(d, 1);
    if (d < best_distance && d < std::max(found.size(), name.size())) {
      best_distance = d;
      best = &name;
    }
  }
  return best == nullptr ? "" : "; did you mean '" + *best + "'?";
}

std::string join(std::span<const std::string> names, std::string_view separator) {
  std::string text;
  for (const std::string& name : names) {
    if (&name != names.data()) text += separator;
    text += name;
  }
  return text;
}

std::string join_some(std::span<const std::string> names) {
  constexpr std::size_t kNamed = 10;
  std::string text = join(names.first(std::min(names.size(), kNamed)));
  if (names.size() > kNamed) text += " and " + std::to_string(names.size() - kNamed) + " more";
  return text;
}

}  // namespace myoseg
