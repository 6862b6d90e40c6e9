#include "eval/agreement/figures.h"

#include <fmt/core.h>

#include "core/text.h"
#include "eval/draw/pair_figure.h"
#include "eval/draw/readable.h"

namespace myoseg {

Figure agreement_figure(const AgreementReport& report, const Agreement& agreement,
                        const PairAgreement& pair) {
  const Ratings& ratings = agreement.ratings;
  PairPlot plot;
  plot.quantity = quantity_title(ratings.quantity);
  plot.first = report.readers[pair.first];
  plot.second = report.readers[pair.second];
  plot.name =
      fmt::format("agreement_{}_{}", file_word(ratings.quantity), file_word(ratings.region));
  if (!report.tag.empty()) plot.name += "_" + file_word(report.tag);
  if (report.readers.size() > 2)
    plot.name += fmt::format("_{}_{}", pair.first + 1, pair.second + 1);
  const std::string region = region_title(ratings.region);
  plot.title =
      fmt::format("{} of {}: {} against {}", plot.quantity, region, plot.first, plot.second);
  plot.about = fmt::format("{}, {}: {} against {}", region, plot.quantity, plot.first, plot.second);
  plot.cases = ratings.cases;
  plot.x = pair.x;
  plot.y = pair.y;
  plot.limits = pair.limits;
  return pair_figure(plot);
}

}  // namespace myoseg
