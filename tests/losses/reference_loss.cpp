#include "tests/losses/reference_loss.h"

#include <cstdio>
#include <utility>

#include "tests/testing/arguments.h"

namespace myoseg::testing {
namespace {

Node node_of(const Json& value) {
  if (value.is_boolean()) return Node(value.get<bool>());
  if (value.is_number_integer()) return Node(value.get<std::int64_t>());
  if (value.is_number()) return Node(value.get<double>());
  if (value.is_string()) return Node(value.get<std::string>());
  if (!value.is_array()) return {};
  Node::List list;
  for (const Json& item : value) list.push_back(node_of(item));
  return Node(std::move(list));
}

bool is_single_channel(const Json& record) { return record.at("logits").at("shape").at(1) == 1; }

Node term(Node loss, double weight) {
  loss.set("weight", Node(weight));
  return loss;
}

std::int64_t size_of(const Json& record, std::size_t axis) {
  return record.at("logits").at("shape").at(axis).get<std::int64_t>();
}

bool monai_before(const Json& record, int major, int minor) {
  int found_major = 0, found_minor = 0;
  const auto version = record.at("reference").at("MONAI").get<std::string>();
  std::sscanf(version.c_str(), "%d.%d", &found_major, &found_minor);
  return std::pair(found_major, found_minor) < std::pair(major, minor);
}

Node sum_of(Node::List terms) {
  Node sum(Node::Map{});
  sum.set("sum", Node(std::move(terms)));
  return sum;
}

// Each of the following returns a reason when the call cannot be expressed.

// What MONAI's losses of overlaps have in common.
std::optional<std::string> monai_overlap(Arguments& a, const Json& record, const char* name,
                                         ReferenceLoss& plan) {
  const bool sigmoid = a.take("sigmoid", false), softmax = a.take("softmax", false);
  a.take("to_onehot_y", false);
  if (!sigmoid && (!softmax || is_single_channel(record)))
    return "probabilities in place of logits";
  Node& n = plan.loss;
  n.set("name", Node(name));
  n.set("activation", Node(sigmoid ? "sigmoid" : "softmax"));
  n.set("include_background", node_of(a.take("include_background", true)));
  n.set("batch", node_of(a.take("batch", false)));
  n.set("smooth_numerator", node_of(a.take("smooth_nr", 1e-5)));
  n.set("smooth_denominator", node_of(a.take("smooth_dr", 1e-5)));
  const std::string reduction = a.take("reduction", "mean");
  plan.elements = reduction == "none";
  n.set("reduction", Node(plan.elements ? "sum" : reduction));
  return {};
}

std::optional<std::string> monai_dice(Arguments& a, const Json& record, ReferenceLoss& plan) {
  plan.loss.set("squared", node_of(a.take("squared_pred", false)));
  plan.loss.set("jaccard", node_of(a.take("jaccard", false)));
  plan.loss.set("floor", Node(0.0));
  return monai_overlap(a, record, "dice", plan);
}

std::optional<std::string> monai_tversky(Arguments& a, const Json& record, ReferenceLoss& plan) {
  plan.loss.set("alpha", node_of(a.take("alpha", 0.5)));
  plan.loss.set("beta", node_of(a.take("beta", 0.5)));
  plan.loss.set("floor", Node(0.0));
  return monai_overlap(a, record, "tversky", plan);
}

std::optional<std::string> monai_generalized_dice(Arguments& a, const Json& record,
                                                  ReferenceLoss& plan) {
  plan.loss.set("weighting", node_of(a.take("w_type", "square")));
  plan.loss.set("ratio_of", Node(monai_before(record, 1, 3) ? "each_class" : "all_classes"));
  return monai_overlap(a, record, "generalized_dice", plan);
}

std::optional<std::string> monai_dice_ce(Arguments& a, const Json& record, ReferenceLoss& plan) {
  const double dice_weight = a.take("lambda_dice", 1.0), ce_weight = a.take("lambda_ce", 1.0);
  const Json weights = a.take("ce_weight", Json::array());
  if (const auto reason = monai_dice(a, record, plan)) return reason;
  if (plan.elements) return "elements of a sum of losses";
  // MONAI takes the softmax of a single channel here, so that its cross-entropy is 0 whatever the
  // logits.
  Node::List terms{term(plan.loss, dice_weight)};
  if (!is_single_channel(record)) {
    Node ce(Node::Map{});
    ce.set("name", Node("cross_entropy"));
    ce.set("weights", node_of(weights.is_null() ? Json::array() : weights));
    const Node* reduction = plan.loss.find("reduction");
    if (*reduction->get_if<std::string>() == "sum") ce.set("reduction", Node("sum"));
    terms.push_back(term(ce, ce_weight));
  }
  plan.loss = sum_of(std::move(terms));
  return {};
}

// MONAI averages over voxels in any case; `weight` leaves out a background that is not counted, and
// from 1.4 on does nothing to a single channel.
std::optional<std::string> monai_focal(Arguments& a, const Json& record, ReferenceLoss& plan) {
  a.take("to_onehot_y", false);
  Node& n = plan.loss;
  const bool single = is_single_channel(record);
  const bool background = a.take("include_background", true).get<bool>() || single;
  const bool softmax = a.take("use_softmax", false).get<bool>() && !single;
  const std::int64_t classes = size_of(record, 1) - (background ? 0 : 1);
  if (softmax && classes == 1) return "the softmax of one channel";
  plan.in_float32 = true;
  n.set("name", Node("focal"));
  n.set("activation", Node(softmax ? "softmax" : "sigmoid"));
  n.set("include_background", Node(background));
  n.set("gamma", node_of(a.take("gamma", 2.0)));
  const Json alpha = a.take("alpha", nullptr);
  if (!alpha.is_null() && !(softmax && !background)) n.set("alpha", node_of(alpha));
  if (const Json w = a.take("weight", nullptr);
      !w.is_null() && (!single || monai_before(record, 1, 4))) {
    Node::List weights;
    if (!background || single) weights.emplace_back(1.0);
    for (std::int64_t c = 0; c < classes; ++c)
      weights.push_back(node_of(w.is_array() ? w.at(static_cast<std::size_t>(c)) : w));
    n.set("weights", Node(std::move(weights)));
  }
  const std::string reduction = a.take("reduction", "mean");
  if (reduction == "none") return "one value per voxel";
  n.set("reduction", Node(reduction == "sum" ? "class_sum" : "mean"));
  if (reduction == "sum") plan.scale *= static_cast<double>(size_of(record, 0));
  if (reduction == "mean" && softmax) plan.scale /= static_cast<double>(classes);
  return {};
}

// A loss of overlaps plus the focal loss of each class by itself.
template <class Overlap>
std::optional<std::string> monai_with_focal(Arguments& a, const Json& record, Overlap overlap,
                                            const char* overlap_weight, ReferenceLoss& plan) {
  const double first = a.take(overlap_weight, 1.0), second = a.take("lambda_focal", 1.0);
  Json focal_arguments = Json::object();
  focal_arguments["gamma"] = a.take("gamma", 2.0);
  focal_arguments["weight"] = a.take("focal_weight", nullptr);
  ReferenceLoss focal;
  if (const auto reason = overlap(a, record, plan)) return reason;
  if (plan.elements) return "elements of a sum of losses";
  for (const char* same : {"include_background", "reduction"}) {
    const Node& value = *plan.loss.find(same);
    if (const auto* flag = value.get_if<bool>()) focal_arguments[same] = *flag;
    if (const auto* text = value.get_if<std::string>()) focal_arguments[same] = *text;
  }
  Arguments b(focal_arguments);
  if (const auto reason = monai_focal(b, record, focal)) return reason;
  plan.loss = sum_of({term(plan.loss, first), term(focal.loss, second * focal.scale)});
  plan.in_float32 = focal.in_float32;
  return {};
}

// smp's Dice, Jaccard and Tversky: sums over the batch, one smoothing term, classes without truth
// add nothing. `factor`: of our numerator and denominator to smp's.
std::optional<std::string> smp_overlap(Arguments& a, const char* name, double factor,
                                       ReferenceLoss& plan) {
  const std::string mode = a.take("mode", "");
  const double smooth = factor * a.take("smooth", 0.0).get<double>();
  const double eps = factor * a.take("eps", 1e-7).get<double>();
  if (!a.take("from_logits", true).get<bool>()) return "probabilities in place of logits";
  Node& n = plan.loss;
  n.set("name", Node(name));
  n.set("activation", Node(mode == "multiclass" ? "softmax" : "sigmoid"));
  n.set("batch", Node(true));
  n.set("smooth_numerator", Node(smooth));
  n.set("smooth_denominator", Node(smooth));
  n.set("floor", Node(eps));
  n.set("absent_classes", Node("zero"));
  n.set("log", node_of(a.take("log_loss", false)));
  if (const Json classes = a.take("classes", nullptr); !classes.is_null())
    n.set("classes", node_of(classes));
  if (const Json ignored = a.take("ignore_index", nullptr); !ignored.is_null())
    n.set("ignore_label", node_of(ignored));
  return {};
}

std::optional<std::string> smp_jaccard(Arguments& a, ReferenceLoss& plan) {
  plan.loss.set("jaccard", Node(true));
  return smp_overlap(a, "dice", 2, plan);
}

std::optional<std::string> smp_tversky(Arguments& a, ReferenceLoss& plan) {
  plan.loss.set("alpha", node_of(a.take("alpha", 0.5)));
  plan.loss.set("beta", node_of(a.take("beta", 0.5)));
  plan.loss.set("gamma", node_of(a.take("gamma", 1.0)));
  plan.loss.set("gamma_of", Node("mean"));
  return smp_overlap(a, "tversky", 1, plan);
}

// smp's multiclass form adds up the means of the classes, each normalised by itself.
std::optional<std::string> smp_focal(Arguments& a, ReferenceLoss& plan) {
  const bool multiclass = a.take("mode", "") == "multiclass";
  Node& n = plan.loss;
  n.set("name", Node("focal"));
  n.set("gamma", node_of(a.take("gamma", 2.0)));
  if (const Json alpha = a.take("alpha", nullptr); !alpha.is_null()) n.set("alpha", node_of(alpha));
  if (const Json least = a.take("reduced_threshold", nullptr); !least.is_null())
    n.set("reduced_threshold", node_of(least));
  const Json normalized = a.take("normalized", false);
  if (!normalized.is_null() && normalized.get<bool>())
    n.set("normalized", Node(multiclass ? "class" : "all"));
  if (const Json ignored = a.take("ignore_index", nullptr); !ignored.is_null())
    n.set("ignore_label", node_of(ignored));
  const Json reduction = a.take("reduction", "mean");
  if (reduction != "mean" && reduction != "sum") return "one value per voxel";
  n.set("reduction", Node(reduction == "sum" ? "sum" : multiclass ? "class_sum" : "mean"));
  return {};
}

std::optional<std::string> smp_lovasz(Arguments& a, ReferenceLoss& plan) {
  if (!a.take("from_logits", true).get<bool>()) return "probabilities in place of logits";
  Node& n = plan.loss;
  n.set("name", Node("lovasz"));
  n.set("activation", Node(a.take("mode", "") == "multiclass" ? "softmax" : "hinge"));
  n.set("per_image", node_of(a.take("per_image", false)));
  if (const Json ignored = a.take("ignore_index", nullptr); !ignored.is_null())
    n.set("ignore_label", node_of(ignored));
  return {};
}

// smp masks ignored voxels but divides by the number of all.
void ignore_as_smp(const Json& ignored, const Json& record, ReferenceLoss& plan) {
  if (ignored.is_null()) return;
  plan.loss.set("ignore_label", node_of(ignored));
  const Node* reduction = plan.loss.find("reduction");
  if (reduction != nullptr && *reduction->get_if<std::string>() == "sum") return;
  plan.loss.set("reduction", Node("sum"));
  for (const Json& size : record.at("target").at("shape")) plan.scale /= size.get<double>();
}

std::optional<std::string> cross_entropy(Arguments& a, const Json& record, bool smp,
                                         ReferenceLoss& plan) {
  if (is_single_channel(record)) return "the softmax of one channel";
  Node& n = plan.loss;
  n.set("name", Node("cross_entropy"));
  if (const Json w = a.take("weight", nullptr); !w.is_null()) n.set("weights", node_of(w));
  const Json smoothing = a.take(smp ? "smooth_factor" : "label_smoothing", 0.0);
  n.set("label_smoothing", smoothing.is_null() ? Node(0.0) : node_of(smoothing));
  const std::string reduction = a.take("reduction", "mean");
  if (reduction == "none") return "one value per voxel";
  n.set("reduction", Node(reduction == "sum" ? "sum" : "weighted_mean"));
  const Json ignored = a.take("ignore_index", -100);
  smp ? ignore_as_smp(ignored, record, plan) : void(n.set("ignore_label", node_of(ignored)));
  return {};
}

// Cross-entropy of a single channel. Smoothing by f moves both targets by f; ours spreads a share
// over two classes.
std::optional<std::string> binary_cross_entropy(Arguments& a, const Json& record,
                                                ReferenceLoss& plan) {
  Node& n = plan.loss;
  if (!is_single_channel(record)) {
    // Focal loss that holds nothing back.
    n.set("name", Node("focal"));
    n.set("gamma", Node(0.0));
    n.set("reduction", node_of(a.take("reduction", "mean")));
    return {};
  }
  n.set("name", Node("cross_entropy"));
  const Json smoothing = a.take("smooth_factor", nullptr);
  n.set("label_smoothing", Node(smoothing.is_null() ? 0.0 : 2 * smoothing.get<double>()));
  if (const Json w = a.take("pos_weight", nullptr); !w.is_null())
    n.set("weights", Node(Node::List{Node(1.0), Node((w.is_array() ? w.at(0) : w).get<double>())}));
  const std::string reduction = a.take("reduction", "mean");
  if (reduction == "none") return "one value per voxel";
  n.set("reduction", Node(reduction));
  ignore_as_smp(a.take("ignore_index", nullptr), record, plan);
  return {};
}

}  // namespace

std::optional<std::string> reference_loss(const Json& c, const Json& record, ReferenceLoss& plan) {
  Arguments a(c.at("kwargs"));
  const std::string name =
      c.at("library").get<std::string>() + "." + c.at("loss").get<std::string>();
  // smp means 0 and 1 of the one-hot labels here, not labels.
  if (c.at("kwargs").value("mode", "") == "multilabel" && !is_single_channel(record) &&
      !c.at("kwargs").value("ignore_index", Json(nullptr)).is_null())
    return "one-hot numbers that are ignored";
  std::optional<std::string> reason = "no such loss here";
  if (name == "monai.DiceLoss") reason = monai_dice(a, record, plan);
  if (name == "monai.DiceCELoss") reason = monai_dice_ce(a, record, plan);
  if (name == "monai.GeneralizedDiceLoss") reason = monai_generalized_dice(a, record, plan);
  if (name == "monai.TverskyLoss") reason = monai_tversky(a, record, plan);
  if (name == "monai.FocalLoss") reason = monai_focal(a, record, plan);
  if (name == "monai.DiceFocalLoss")
    reason = monai_with_focal(a, record, monai_dice, "lambda_dice", plan);
  if (name == "monai.GeneralizedDiceFocalLoss")
    reason = monai_with_focal(a, record, monai_generalized_dice, "lambda_gdl", plan);
  if (name == "smp.DiceLoss") reason = smp_overlap(a, "dice", 1, plan);
  if (name == "smp.JaccardLoss") reason = smp_jaccard(a, plan);
  if (name == "smp.TverskyLoss") reason = smp_tversky(a, plan);
  if (name == "smp.FocalLoss") reason = smp_focal(a, plan);
  if (name == "smp.LovaszLoss") reason = smp_lovasz(a, plan);
  if (name == "smp.MCCLoss") reason = "probabilities in place of logits";
  if (name == "torch.CrossEntropyLoss") reason = cross_entropy(a, record, false, plan);
  if (name == "smp.SoftCrossEntropyLoss") reason = cross_entropy(a, record, true, plan);
  if (name == "torch.BCEWithLogitsLoss" || name == "smp.SoftBCEWithLogitsLoss")
    reason = binary_cross_entropy(a, record, plan);
  if (!reason && !a.left().empty()) reason = "argument " + a.left();
  return reason;
}

}  // namespace myoseg::testing
