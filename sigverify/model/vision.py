"""torchvision, also beside a torch without CUDA for which its wheel was not built.

Some torchvision wheels register kernels for operators whose schemas live in a library that needs CUDA; their import
then fails on "operator torchvision::nms does not exist". Declaring the schemas first lets the rest of it load.
Transforms and models work afterwards; `torchvision.ops.nms` and `torchvision.io` do not, and nothing here uses them.
"""

import importlib
import sys
from typing import Any, Final

import torch

SCHEMA: Final = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
MISSING: Final = ("nms", "qnms")

_library: Any = None  # kept alive: its schemas vanish with it


def _import() -> Any:
    global _library
    try:
        from torchvision.transforms import v2
    except RuntimeError as error:
        if "torchvision::" not in str(error):
            raise
        for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
            del sys.modules[name]
        _library = torch.library.Library("torchvision", "FRAGMENT")  # type: ignore[no-untyped-call]
        for operator in MISSING:
            _library.define(operator + SCHEMA)
        from torchvision.transforms import v2
    return v2


v2: Any = _import()
models: Any = importlib.import_module("torchvision.models")
