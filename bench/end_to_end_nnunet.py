"""nnU-Net's side of end_to_end_peers.py: fingerprint, plan and preprocessing of the training cases, nnUNetTrainer with its own
augmentation, deep supervision and optimiser for one epoch, nnUNetPredictor on the held-out files, its evaluation; and the settings
with which myoseg trains the same plan."""

import json
import os
import pathlib

NAME, PACKAGE = "nnU-Net", "nnunetv2"
DIFFERS = ("its plan, deep supervision and Nesterov SGD in both; nnU-Net augments in {threads} processes, myoseg in {threads} threads "
           "with augment=ct3d, which turns and scales the same samples, adds brightness instead of multiplying and has shares and ranges "
           "of its own for noise and gamma; as many patches are about foreground, by chance in myoseg, by place in the batch in nnU-Net; "
           "nnU-Net validates on one batch, myoseg on one case; nnU-Net's convolutions have biases before the norms; nnU-Net averages "
           "eight mirrored predictions, with --same-mirrors two, as myoseg; myoseg writes a report without pictures of cases")

DATASET, CONFIGURATION = "Dataset001_Peer", "3d_fullres"
FOREGROUND = 0.33  # nnUNetTrainer's; the last patches of a batch


def plan_of(folder):
    plans = json.loads((folder / "nnUNet_preprocessed" / DATASET / "nnUNetPlans.json").read_text())
    plan = plans["configurations"][CONFIGURATION]
    if plan["normalization_schemes"] != ["ZScoreNormalization"] or plans["transpose_forward"] != [0, 1, 2]:
        raise SystemExit("Only plans of one channel with z-scores and axes in their own order can be compared")
    return plan


def ours(options, folder):
    plan = plan_of(folder)
    network, batch = plan["architecture"]["arch_kwargs"], plan["batch_size"]
    coarser = network["n_stages"] - 2
    listed = lambda numbers: json.dumps(numbers).replace(" ", "")  # noqa: E731
    weights = [0.5**i for i in range(coarser)]  # the coarsest head of all has none
    return [
        "model=dynunet", "model.up_bias=true", f"model.kernels={listed(network['kernel_sizes'])}", f"model.strides={listed(network['strides'])}",
        f"model.filters={listed(network['features_per_stage'])}", f"model.deep_supervision={coarser}",
        f"train.deep_supervision_weights={listed([w / sum(weights) for w in weights] + [0])}", "train.clip_norm=12",
        f"loss={{sum:[{{dice:{{batch:{listed(plan['batch_dice'])},include_background:false}}}},cross_entropy]}}",
        "optimizer=sgd", "optimizer.lr=0.01", "optimizer.momentum=0.99", "optimizer.nesterov=true", "optimizer.weight_decay=3e-5", "schedule=poly",
        f"preprocess.spacing_mm={listed(plan['spacing'][::-1])}", f"loader.patch={listed(plan['patch_size'][::-1])}", "loader.patches_per_case=1",
        f"loader.batch_size={batch}", f"loader.samples_per_epoch={options.steps * batch}",
        f"loader.foreground_share={1 - round(batch * (1 - FOREGROUND)) / batch}", "loader.balance=classes", "loader.others=anywhere",
        "augment=ct3d", "augment.flip_probability=0.5", "augment.mirror_y_probability=0.5", "augment.mirror_z_probability=0.5",
        "predict.mirror=true", "predict.overlap=0.5"]


def lay(cases, held_out, data, raw):
    """The data set with the held-out cases as its test cases, by links."""
    for name, (image, label) in cases.items():
        part = "Ts" if name in held_out else "Tr"
        for kind, file in (("images", image), ("labels", label)):
            (raw / (kind + part)).mkdir(parents=True, exist_ok=True)
            (raw / (kind + part) / file.name).symlink_to(file)
    about = json.loads((pathlib.Path(data) / "dataset.json").read_text())
    (raw / "dataset.json").write_text(json.dumps(about | {"numTraining": len(cases) - len(held_out)}))


def experiment(options, cases, held_out, folder):
    for name in ("nnUNet_raw", "nnUNet_preprocessed", "nnUNet_results"):
        os.environ[name] = str(folder / name)
    os.environ |= {"nnUNet_n_proc_DA": str(options.threads), "nnUNet_def_n_proc": str(options.threads), "nnUNet_compile": "f"}
    raw = folder / "nnUNet_raw" / DATASET
    lay(cases, held_out, options.data, raw)
    import numpy
    import torch
    from nnunetv2.evaluation.evaluate_predictions import compute_metrics_on_folder2
    from nnunetv2.experiment_planning.plan_and_preprocess_api import extract_fingerprints, plan_experiments, preprocess
    from nnunetv2.inference.predict_from_raw_data import nnUNetPredictor
    from nnunetv2.training.nnUNetTrainer.nnUNetTrainer import nnUNetTrainer

    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    numpy.random.seed(options.seed)
    print("I prepare", flush=True)
    extract_fingerprints([1], num_processes=options.threads)
    plan_experiments([1])
    preprocess([1], configurations=[CONFIGURATION], num_processes=[options.threads])
    print("I train", flush=True)
    plans = folder / "nnUNet_preprocessed" / DATASET / "nnUNetPlans.json"
    trainer = nnUNetTrainer(json.loads(plans.read_text()) | {"continue_training": False}, CONFIGURATION, "all",
                            json.loads((raw / "dataset.json").read_text()), torch.device("cpu"))
    trainer.num_epochs, trainer.num_iterations_per_epoch, trainer.num_val_iterations_per_epoch = 1, options.steps, 1
    trainer.run_training()
    print("I predict", flush=True)
    predictor = nnUNetPredictor(device=torch.device("cpu"))
    predictor.initialize_from_trained_model_folder(trainer.output_folder_base, ("all",), "checkpoint_final.pth")
    if options.same_mirrors:
        predictor.allowed_mirroring_axes = (2,)
    answers = folder / "answers"
    predictor.predict_from_files(str(raw / "imagesTs"), str(answers), num_processes_preprocessing=options.threads,
                                 num_processes_segmentation_export=options.threads)
    compute_metrics_on_folder2(str(raw / "labelsTs"), str(answers), str(raw / "dataset.json"), str(plans), num_processes=options.threads)
    return json.loads((answers / "summary.json").read_text())["foreground_mean"]["Dice"]
