"""MONAI's side of end_to_end_peers.py: the pipeline of its spleen tutorial (CacheDataset, RandCropByPosNegLabeld,
SlidingWindowInferer, DiceMetric) without changes to the samples, and the settings with which myoseg does the same."""

NAME, PACKAGE = "MONAI", "monai"
DIFFERS = ("BasicUNet on patches of 32^3 without augmentation; samples are cut in MONAI's training process, by {threads} threads "
           "beside it in myoseg; patches without foreground in their middle are about voxels above the mean in MONAI, above the least "
           "value in myoseg, which also takes one case out of training to tune on and writes a report without pictures of cases")

PATCH, CASES_AT_ONCE, PATCHES_PER_CASE = 32, 2, 2


def ours(options, folder):
    batch = CASES_AT_ONCE * PATCHES_PER_CASE
    return ["model=basic_unet", "augment=none", "loss=dice_ce", f"loader.patch=[{PATCH},{PATCH},{PATCH}]",
            f"loader.patches_per_case={PATCHES_PER_CASE}", f"loader.batch_size={batch}", f"loader.samples_per_epoch={options.steps * batch}",
            "optimizer.lr=1e-3"]


def train(options, cases, prepare):
    import torch
    from monai import transforms as t
    from monai.data import CacheDataset, DataLoader
    from monai.losses import DiceCELoss
    from monai.networks.nets import BasicUNet

    crop = t.RandCropByPosNegLabeld(["image", "label"], "label", (PATCH,) * 3, pos=1, neg=1, num_samples=PATCHES_PER_CASE, image_key="image")
    print("I prepare", flush=True)
    samples = CacheDataset(cases, t.Compose([*prepare, crop]), num_workers=options.threads, progress=False)
    loader = DataLoader(samples, batch_size=CASES_AT_ONCE, shuffle=True, drop_last=True, num_workers=0)
    model, loss = BasicUNet(3, 1, 3), DiceCELoss(to_onehot_y=True, softmax=True)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=1e-5)
    print("I train", flush=True)
    taken = 0
    while taken < options.steps:
        for batch in loader:
            optimizer.zero_grad()
            loss(model(batch["image"].as_tensor()), batch["label"].as_tensor()).backward()
            optimizer.step()
            taken += 1
            if taken == options.steps:
                break
    return model


def experiment(options, cases, held_out, folder):
    import nibabel
    import numpy
    import torch
    from monai import transforms as t
    from monai.inferers import SlidingWindowInferer
    from monai.metrics import DiceMetric
    from monai.utils import set_determinism

    torch.set_num_threads(options.threads)
    set_determinism(options.seed)
    keys = ["image", "label"]
    files = {name: {"image": str(image), "label": str(label)} for name, (image, label) in cases.items()}
    prepare = [t.LoadImaged(keys), t.EnsureChannelFirstd(keys), t.NormalizeIntensityd("image"),
               t.Spacingd(keys, pixdim=(1, 1, 1), mode=("bilinear", "nearest")), t.SpatialPadd(keys, (PATCH,) * 3)]
    model = train(options, [of for name, of in files.items() if name not in held_out], prepare).eval()
    print("I predict", flush=True)
    metric, infer = DiceMetric(include_background=False), SlidingWindowInferer((PATCH,) * 3, 4, 0.25, mode="gaussian")
    with torch.no_grad():
        for name in held_out:
            sample = t.Compose(prepare)(files[name])
            answer = infer(sample["image"].as_tensor()[None], model).argmax(1, keepdim=True)
            nibabel.save(nibabel.Nifti1Image(answer[0, 0].numpy().astype(numpy.uint8), sample["image"].affine.numpy()), folder / f"{name}.nii.gz")
            truth = sample["label"].as_tensor()[None].long()
            metric(*[torch.nn.functional.one_hot(x[:, 0], 3).movedim(-1, 1) for x in (answer, truth)])
    return metric.aggregate().item()
