#include "data/prepare/scan_sampler.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "core/error.h"
#include "core/threads.h"

namespace myoseg {
namespace {

void require_finite(const StoredImage& image) {
  if (const std::string found = not_finite(image); !found.empty())
    throw data_error("the image has {}; export it again", found);
}

// Linear between neighbours in order, as NumPy's; reorders the values.
double percentile(std::vector<float>& values, double percent) {
  const double place = percent / 100 * static_cast<double>(values.size() - 1);
  const auto below = values.begin() + static_cast<std::ptrdiff_t>(place);
  std::nth_element(values.begin(), below, values.end());
  const double low = *below, part = place - std::floor(place);
  if (part == 0) return low;
  return low + part * (*std::min_element(below + 1, values.end()) - low);
}

std::size_t voxels_of(const AxisView& x, const AxisView& y) {
  return static_cast<std::size_t>(x.n * y.n);
}

}  // namespace

double Intensity::windowed(double hu) const {
  const double unit = (std::clamp(hu, low, high) - low) / (high - low);
  if (gamma == 1) return unit;
  return gamma == 2 ? unit * unit : std::pow(unit, gamma);
}

Axis axis_of(const AxisView& view, Interpolation method) {
  std::vector<double> positions;
  for (std::int64_t i = view.begin(); i < view.end(); ++i)
    positions.push_back(view.to_scan(static_cast<double>(i)));
  return sample_axis(view.n, positions, view.step, method);
}

ScanSampler::ScanSampler(StoredImage scan, const PreprocessOptions& options)
    : scan_(std::move(scan)) {
  require_finite(scan_);
  sampling_ = sampling_of(scan_, options);
  for (std::size_t a = 0; a < 3; ++a)
    axes_[a] = axis_of(sampling_.views[a], options.resampling == Resampling::linear
                                               ? Interpolation::linear
                                               : Interpolation::smooth);
  for (int c = 0; c < channels(); ++c) intensities_.push_back(intensity_of(c, options));
}

std::vector<float> ScanSampler::air() const {
  std::vector<float> air;
  for (const Intensity& intensity : intensities_) air.push_back(intensity(intensity.low));
  return air;
}

template <class Work>
void ScanSampler::for_row(int channel, std::int64_t y, std::int64_t z, const Work& work) const {
  const auto& [vx, vy, vz] = sampling_.views;
  const Turned& turned = sampling_.turned;
  const std::int64_t step = turned.step[0];
  const std::int64_t start =
      turned.start + (z + vz.cut) * turned.step[2] + (y + vy.cut) * turned.step[1] + vx.cut * step;
  scan_.channels[static_cast<std::size_t>(channel)].visit([&](const auto* voxels, const auto& hu) {
    const auto* row = voxels + start;
    // Steps that the compiler knows, so that it can take several voxels at once.
    if (step == 1)
      for (std::int64_t x = 0; x < vx.n; ++x) work(x, hu(row[x]));
    else if (step == -1)
      for (std::int64_t x = 0; x < vx.n; ++x) work(x, hu(row[-x]));
    else
      for (std::int64_t x = 0; x < vx.n; ++x) work(x, hu(row[x * step]));
  });
}

std::array<double, 2> ScanSampler::window_of(int channel, const PreprocessOptions& o) const {
  if (!o.window_percentiles) return o.window_hu;
  const auto& [vx, vy, vz] = sampling_.views;
  std::vector<float> values(static_cast<std::size_t>(vx.n * vy.n * vz.n));
#pragma omp parallel for schedule(static)
  for (std::int64_t z = 0; z < vz.n; ++z)
    for (std::int64_t y = 0; y < vy.n; ++y) {
      float* row = values.data() + (z * vy.n + y) * vx.n;
      for_row(channel, y, z, [&](std::int64_t x, float hu) { row[x] = hu; });
    }
  std::array<double, 2> window{};
  for (std::size_t i = 0; i < 2; ++i) window[i] = percentile(values, (*o.window_percentiles)[i]);
  // A constant image has no range: all of it is the window's low end.
  if (!(window[0] < window[1])) window[1] = window[0] + 1;
  return window;
}

Intensity ScanSampler::intensity_of(int channel, const PreprocessOptions& o) const {
  const auto [low, high] = window_of(channel, o);
  Intensity intensity{low, high, o.gamma};
  if (o.normalise == Normalise::symmetric) intensity.offset = -1, intensity.scale = 2;
  if (o.normalise == Normalise::none)
    intensity.offset = intensity.low, intensity.scale = intensity.high - intensity.low;
  if (o.normalise != Normalise::zscore) return intensity;
  // Sums by plane, added in order: the same for any number of threads.
  const auto& [vx, vy, vz] = sampling_.views;
  std::vector<std::array<double, 2>> sums(static_cast<std::size_t>(vz.n));
#pragma omp parallel for schedule(static)
  for (std::int64_t z = 0; z < vz.n; ++z)
    for (std::int64_t y = 0; y < vy.n; ++y)
      for_row(channel, y, z, [&](std::int64_t, float hu) {
        const double value = intensity.windowed(hu);
        sums[static_cast<std::size_t>(z)][0] += value;
        sums[static_cast<std::size_t>(z)][1] += value * value;
      });
  double sum = 0, squares = 0;
  for (const auto& s : sums) sum += s[0], squares += s[1];
  const auto n = static_cast<double>(vx.n * vy.n * vz.n);
  const double mean = sum / n, variance = std::max(0.0, squares / n - mean * mean);
  // A constant image has no contrast to scale: it becomes 0.
  intensity.scale = variance > 1e-12 ? 1 / std::sqrt(variance) : 1;
  intensity.offset = -mean * intensity.scale;
  return intensity;
}

// Neighbouring prepared planes share planes of the scan: as many as one is made of are kept.
class ScanSampler::Planes {
 public:
  Planes(const ScanSampler& sampler, int channel)
      : sampler_(sampler),
        channel_(channel),
        windowed_(voxels_of(sampler.sampling_.views[0], sampler.sampling_.views[1])),
        slots_(static_cast<std::size_t>(sampler.axes_[2].width)) {
    for (Slot& slot : slots_)
      slot.values.resize(
          static_cast<std::size_t>(sampler.axes_[0].output() * sampler.axes_[1].output()));
  }

  [[nodiscard]] int channel() const { return channel_; }

  std::span<const float> operator()(std::int64_t z) {
    Slot& slot = slots_[static_cast<std::size_t>(z) % slots_.size()];
    if (slot.z == z) return slot.values;
    slot.z = z;
    const AxisView& vy = sampler_.sampling_.views[1];
    const auto width = static_cast<std::size_t>(sampler_.sampling_.views[0].n);
    const Intensity& intensity = sampler_.intensities_[static_cast<std::size_t>(channel_)];
    for (std::int64_t y = 0; y < vy.n; ++y) {
      float* row = windowed_.data() + static_cast<std::size_t>(y) * width;
      sampler_.for_row(channel_, y, z, [&](std::int64_t x, float hu) { row[x] = intensity(hu); });
    }
    resample_plane(windowed_, sampler_.axes_[0], sampler_.axes_[1], slot.values);
    return slot.values;
  }

 private:
  struct Slot {
    std::int64_t z = -1;
    std::vector<float> values;
  };
  const ScanSampler& sampler_;
  int channel_;
  std::vector<float> windowed_;
  std::vector<Slot> slots_;
};

void ScanSampler::sample_plane(std::int64_t view_z, Planes& planes, std::span<float> out) const {
  const auto& [vx, vy, vz] = sampling_.views;
  const Intensity& intensity = intensities_[static_cast<std::size_t>(planes.channel())];
  std::fill(out.begin(), out.end(), intensity(intensity.low));
  if (view_z < vz.begin() || view_z >= vz.end()) return;
  const Axis &x = axes_[0], &z = axes_[2];
  const auto i = static_cast<std::size_t>(view_z - vz.begin());
  bool empty = true;
  for (std::int64_t k = 0; k < z.width; ++k) {
    const float weight =
        z.weight[i * static_cast<std::size_t>(z.width) + static_cast<std::size_t>(k)];
    if (weight == 0) continue;
    const std::span<const float> plane = planes(z.first[i] + k);
    for (std::int64_t row = 0; row < axes_[1].output(); ++row) {
      const float* from = plane.data() + row * x.output();
      float* to = out.data() + (vy.begin() + row) * vx.size + vx.begin();
      if (empty)
        for (std::int64_t c = 0; c < x.output(); ++c) to[c] = weight * from[c];
      else
        for (std::int64_t c = 0; c < x.output(); ++c) to[c] += weight * from[c];
    }
    empty = false;
  }
}

void ScanSampler::sample(std::int64_t first, std::int64_t count, std::span<float> out) const {
  const auto plane = static_cast<std::size_t>(sampling_.views[0].size * sampling_.views[1].size);
  const std::size_t channels = scan_.channels.size();
  if (out.size() != plane * static_cast<std::size_t>(count) * channels)
    throw std::logic_error("ScanSampler: the planes have another size");
  // Runs of planes, so that neighbours find each other's planes of the scan.
  const std::int64_t run = std::max<std::int64_t>(1, count / (4 * thread_count()));
  const std::int64_t runs = (count + run - 1) / run;
#pragma omp parallel for schedule(dynamic) collapse(2)
  for (std::size_t c = 0; c < channels; ++c)
    for (std::int64_t r = 0; r < runs; ++r) {
      Planes planes(*this, static_cast<int>(c));
      for (std::int64_t n = r * run; n < std::min(count, (r + 1) * run); ++n)
        sample_plane(
            first + n, planes,
            out.subspan((c * static_cast<std::size_t>(count) + static_cast<std::size_t>(n)) * plane,
                        plane));
    }
  scan_.release();
}

}  // namespace myoseg
