#if defined(__SSE__)
#include <xmmintrin.h>
#endif

#include <algorithm>

#include "models/kernels/micro/products.h"
#include "models/kernels/winograd/filters.h"
#include "models/kernels/winograd/tiles.h"

namespace myoseg::kernels::winograd {

namespace {

// Past the caches, where the frequencies would not stay in them: a store that first reads what it
// overwrites takes twice the time. `count` is a multiple of 4, both begin at a multiple of 16
// bytes.
void copy_past_caches(const float* from, std::int64_t count, float* to) {
#if defined(__SSE__)
  for (std::int64_t i = 0; i < count; i += 4) _mm_stream_ps(to + i, _mm_load_ps(from + i));
#else
  std::copy_n(from, count, to);
#endif
}

}  // namespace

std::int64_t filter_stride(std::int64_t channels, std::int64_t columns) {
  const std::int64_t width = micro_kernels().columns;
  return ceil_div(columns, width) * channels * width + kApart;
}

// Values: [depth frequency][frequency][panel of columns][channel][column].
Filters transformed(const ConvShape& shape, Method method, const float* weight, bool backward) {
  const std::int64_t m = method == Method::winograd_f4 ? 4 : 2;
  const std::int64_t taps = shape.kernel[0] * 9, width = micro_kernels().columns;
  const std::int64_t frequencies = (m + 2) * (m + 2) * (taps == 27 ? 4 : 1);
  // backward_data is a forward from the outputs to the inputs with the taps in opposite order.
  const std::int64_t channels = backward ? shape.out : shape.in;
  const std::int64_t columns = backward ? shape.in : shape.out;
  const std::int64_t channel_stride = backward ? shape.in * taps : taps;
  const std::int64_t column_stride = backward ? taps : shape.in * taps;
  const std::int64_t panels = ceil_div(columns, width);

  const std::int64_t stride = filter_stride(channels, columns);
  Filters filters{shape, method, backward, Buffer(frequencies * stride)};
  const bool large = filters.values.count() > 1 << 19;
  // Of a piece of work, whose frequencies are gathered first: written one vector each in turn, they
  // would be as many streams to memory as there are frequencies.
  constexpr std::int64_t kChannels = 8;
  const std::int64_t pieces = ceil_div(channels, kChannels), run = kChannels * width;
  for_each(true, panels * pieces, [&](std::int64_t i) {
    const std::int64_t panel = i / pieces, channel = i % pieces * kChannels;
    alignas(64) float gathered[144 * (kChannels * 32 + kApart)];
    FilterTransform t;
    t.weight = weight + channel * channel_stride + panel * width * column_stride;
    t.channel_stride = channel_stride;
    t.column_stride = column_stride;
    t.taps = taps;
    t.rotated = backward;
    t.channels = std::min(kChannels, channels - channel);
    t.columns = std::min(width, columns - panel * width);
    t.panel_columns = width;
    t.frequencies = gathered;
    t.frequency_stride = run + kApart;
    transforms(m).filter(t);
    float* to = filters.values.data() + (panel * channels + channel) * width;
    for (std::int64_t f = 0; f < frequencies; ++f)
      if (large)
        copy_past_caches(gathered + f * t.frequency_stride, t.channels * width, to + f * stride);
      else
        std::copy_n(gathered + f * t.frequency_stride, t.channels * width, to + f * stride);
  });
  return filters;
}

}  // namespace myoseg::kernels::winograd
