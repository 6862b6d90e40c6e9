"""Times a whole experiment beside MONAI's pipeline: load and prepare scans, train a number of steps, predict the held-out cases into
files, score them. The same cases, BasicUNet, patches, loss, optimiser and number of steps in both; each a process of its own.

    python3 end_to_end_peers.py path/to/myoseg path/to/Dataset102_HippocampusMR [--steps 60] [--rounds 1] [--threads N]

MONAI's pipeline is that of its spleen tutorial (CacheDataset, RandCropByPosNegLabeld, SlidingWindowInferer, DiceMetric) without
changes to the samples. Dice shows that both have learnt alike; it is that of few steps.
"""

import argparse
import csv
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from speed_table import AVX2, HIGH_LOAD  # noqa: E402

PATCH, CASES_AT_ONCE, PATCHES_PER_CASE = 32, 2, 2


def ours(options, folder):
    """`myoseg run` of everything; the held-out cases are in the run's splits.json."""
    samples = options.steps * CASES_AT_ONCE * PATCHES_PER_CASE
    overrides = [
        "experiment=kim2024", "report=none", "analyses=[]", f"data.root={options.data}", "data.merge=[]", "data.regions=[]", "model=basic_unet",
        "preprocess.window_hu=[0,1000000]", "preprocess.normalise=zscore", "preprocess.gamma=1", "preprocess.crop=none",
        "preprocess.spacing_mm=[1,1,1]", "augment=none", "loss=dice_ce", f"loader.patch=[{PATCH},{PATCH},{PATCH}]",
        f"loader.patches_per_case={PATCHES_PER_CASE}", f"loader.batch_size={CASES_AT_ONCE * PATCHES_PER_CASE}", f"loader.samples_per_epoch={samples}",
        "optimizer.lr=1e-3", "train.epochs=1", "train.validate_every=1", "validation.scheme=fixed", f"validation.test_patients={options.held_out}",
        "validation.tuning_fraction=0.02", "metrics=[dice]", "report.metrics=[dice]", "report.views=[]", "report.agreement=[]",
        f"train.kernels={options.kernels}", f"runtime.threads={options.threads}"]
    # The variables that let Python find its LibTorch would mislead ours.
    environment = {k: v for k, v in os.environ.items() if k not in ("LD_LIBRARY_PATH", "PYTHONPATH")}
    environment |= {"MYOSEG_RUNS": str(folder / "runs"), "MYOSEG_CACHE": str(folder / "cache")}
    subprocess.run([options.program, "run", *overrides], env=environment, check=True, stdout=subprocess.DEVNULL)
    run = next((folder / "runs").iterdir())
    with open(run / "scores.csv") as file:
        scores = [float(row["value"]) for row in csv.DictReader(file) if row["metric"] == "dice" and row.get("stage", "final") == "final" and row["value"]]
    return statistics.mean(scores), run / "splits.json"


def held_out_of(splits):
    folds = json.loads(pathlib.Path(splits).read_text())
    folds = folds["folds"] if isinstance(folds, dict) else folds
    return folds[0]["test"]


def peer(options, test, folder):
    import nibabel
    import numpy
    import torch
    from monai import transforms as t
    from monai.data import CacheDataset, DataLoader
    from monai.inferers import SlidingWindowInferer
    from monai.losses import DiceCELoss
    from monai.metrics import DiceMetric
    from monai.networks.nets import BasicUNet

    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    root = pathlib.Path(options.data)
    cases = [{"label": str(label), "image": str(root / "imagesTr" / label.name.replace(".nii.gz", "_0000.nii.gz")), "id": label.name.split(".")[0]}
             for label in sorted((root / "labelsTr").glob("*.nii.gz"))]
    keys = ["image", "label"]
    prepare = [t.LoadImaged(keys), t.EnsureChannelFirstd(keys), t.NormalizeIntensityd("image"),
               t.Spacingd(keys, pixdim=(1, 1, 1), mode=("bilinear", "nearest")), t.SpatialPadd(keys, (PATCH,) * 3)]
    crop = t.RandCropByPosNegLabeld(keys, "label", (PATCH,) * 3, pos=1, neg=1, num_samples=PATCHES_PER_CASE, image_key="image")
    train = CacheDataset([c for c in cases if c["id"] not in test], t.Compose([*prepare, crop]), num_workers=options.threads, progress=False)
    loader = DataLoader(train, batch_size=CASES_AT_ONCE, shuffle=True, drop_last=True, num_workers=0)
    model, loss = BasicUNet(3, 1, 3), DiceCELoss(to_onehot_y=True, softmax=True)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=1e-5)
    taken = 0
    while taken < options.steps:
        for batch in loader:
            optimizer.zero_grad()
            loss(model(batch["image"].as_tensor()), batch["label"].as_tensor()).backward()
            optimizer.step()
            taken += 1
            if taken == options.steps:
                break
    model.eval()
    metric, infer = DiceMetric(include_background=False), SlidingWindowInferer((PATCH,) * 3, 4, 0.25, mode="gaussian")
    with torch.no_grad():
        for case in (c for c in cases if c["id"] in test):
            sample = t.Compose(prepare)(case)
            answer = infer(sample["image"].as_tensor()[None], model).argmax(1, keepdim=True)
            nibabel.save(nibabel.Nifti1Image(answer[0, 0].numpy().astype(numpy.uint8), sample["image"].affine.numpy()), folder / f"{case['id']}.nii.gz")
            truth = sample["label"].as_tensor()[None].long()
            metric(*[torch.nn.functional.one_hot(x[:, 0], 3).movedim(-1, 1) for x in (answer, truth)])
    print(json.dumps({"dice": metric.aggregate().item()}))


def timed(work):
    """Wall and CPU seconds of what a child process did, and its peak."""
    wall, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    result = work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return result, time.perf_counter() - wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--held-out", type=int, default=18)
    parser.add_argument("--kernels", default="auto")
    parser.add_argument("--isa", choices=["native", "avx2"], default="native")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--force", action="store_true", help="measure at a high load too")
    parser.add_argument("--as-peer", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.as_peer:
        splits, folder = options.as_peer
        return peer(options, held_out_of(splits), pathlib.Path(folder))
    load = os.getloadavg()[0]
    if load > HIGH_LOAD and not options.force:
        sys.exit(f"The load is {load:.1f}: times would be those of a busy machine; wait, or --force and compare CPU times alone")
    os.environ.update(AVX2 if options.isa == "avx2" else {})
    print(f"# {options.isa}, {options.threads} threads, load {load:.2f}, {options.steps} steps, kernels {options.kernels}")
    costs = {"myoseg": [], "MONAI": []}
    dice = {}
    for _ in range(options.rounds):
        with tempfile.TemporaryDirectory() as made:
            folder = pathlib.Path(made)
            (dice["myoseg"], splits), *cost = timed(lambda: ours(options, folder))
            costs["myoseg"].append(cost)
            command = [sys.executable, "-W", "ignore", __file__, *map(str, sys.argv[1:]), "--as-peer", str(splits), made]
            out, *cost = timed(lambda: subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
            dice["MONAI"] = json.loads(out.splitlines()[-1])["dice"]
            costs["MONAI"].append(cost)
    print("program,wall_s,cpu_s,wall_ratio,cpu_ratio,dice")
    middle = {name: [statistics.median(c[i] for c in of) for i in (0, 1)] for name, of in costs.items()}
    for name, (wall, cpu) in middle.items():
        print(f"{name},{wall:.1f},{cpu:.1f},{middle['MONAI'][0] / wall:.2f},{middle['MONAI'][1] / cpu:.2f},{dice[name]:.3f}")


if __name__ == "__main__":
    main()
