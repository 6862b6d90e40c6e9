#include "tests/losses/reference_loss.h"

#include "tests/losses/reference_parts.h"

namespace myoseg::testing {

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

namespace {

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
  if (name.starts_with("monai.")) reason = monai_loss(name.substr(6), a, record, plan);
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
