#include "models/kernels/micro/products.h"
#include "models/kernels/winograd.h"
#include "models/kernels/winograd/tiles.h"

namespace myoseg::kernels::winograd {

// Values: [depth frequency][frequency][panel of columns][channel][column].
Filters make_filters(const ConvShape& shape, Method method, const float* weight, bool backward) {
  const std::int64_t m = method == Method::winograd_f4 ? 4 : 2;
  const std::int64_t taps = shape.kernel[0] * 9, width = micro_kernels().columns;
  const std::int64_t frequencies = (m + 2) * (m + 2) * (taps == 27 ? 4 : 1);
  // backward_data is a forward from the outputs to the inputs with the taps in opposite order.
  const std::int64_t channels = backward ? shape.out : shape.in;
  const std::int64_t columns = backward ? shape.in : shape.out;
  const std::int64_t channel_stride = backward ? shape.in * taps : taps;
  const std::int64_t column_stride = backward ? taps : shape.in * taps;
  const std::int64_t panels = ceil_div(columns, width);

  Filters filters{shape, method, backward, Buffer(frequencies * panels * channels * width)};
  constexpr std::int64_t kChannels = 16;  // of a piece of work
  const std::int64_t pieces = ceil_div(channels, kChannels);
  for_each(true, panels * pieces, [&](std::int64_t i) {
    const std::int64_t panel = i / pieces, channel = i % pieces * kChannels;
    FilterTransform t;
    t.weight = weight + channel * channel_stride + panel * width * column_stride;
    t.channel_stride = channel_stride;
    t.column_stride = column_stride;
    t.taps = taps;
    t.rotated = backward;
    t.channels = std::min(kChannels, channels - channel);
    t.columns = std::min(width, columns - panel * width);
    t.panel_columns = width;
    t.frequencies = filters.values.data() + (panel * channels + channel) * width;
    t.frequency_stride = panels * channels * width;
    transforms(m).filter(t);
  });
  return filters;
}

}  // namespace myoseg::kernels::winograd
