"""Which devices the network can run on here."""

from dataclasses import dataclass
from typing import Final

import torch

from sigverify.errors import ModelError

AUTOMATIC: Final = "auto"


@dataclass(frozen=True, kw_only=True)
class DeviceFound:
    """A kind of device, whether this machine has it, and if not, why."""

    key: str
    label: str
    available: bool
    note: str = ""


def find_devices() -> tuple[DeviceFound, ...]:
    """Every kind of device that sigverify knows, the fastest first."""
    return _cuda(), _mps(), DeviceFound(key="cpu", label="CPU", available=True)


def _cuda() -> DeviceFound:
    if torch.cuda.is_available():
        return DeviceFound(key="cuda", label=f"{torch.cuda.get_device_name(0)} (CUDA)", available=True)
    built = torch.version.cuda is not None
    note = "no NVIDIA GPU or driver found" if built else "the installed PyTorch has no GPU support"
    return DeviceFound(key="cuda", label="NVIDIA GPU (CUDA)", available=False, note=note)


def _mps() -> DeviceFound:
    if torch.backends.mps.is_available():
        return DeviceFound(key="mps", label="Apple GPU", available=True)
    return DeviceFound(key="mps", label="Apple GPU", available=False, note="no Apple GPU found")


def has_bfloat16(kind: str) -> bool:
    """Whether this kind of device ("cpu", "cuda", "mps") computes in bfloat16 itself.

    Where it does not, torch emulates it: autocast to bfloat16 is then ten times slower than float32.
    """
    if kind == "cuda":
        return torch.cuda.is_available() and torch.cuda.is_bf16_supported(including_emulation=False)
    if kind == "cpu":
        return any(_says(name) for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported"))
    return False


def _says(name: str) -> bool:
    """What torch.cpu answers; these questions are not part of its promised interface, so one may be gone: no."""
    asked = getattr(torch.cpu, name, None)
    return bool(asked()) if asked else False


def choose(wanted: str) -> DeviceFound:
    """The device of this key, or for "auto" the fastest there is; raises ModelError when it is not available."""
    found = find_devices()
    if wanted == AUTOMATIC:
        return next(device for device in found if device.available)
    for device in found:
        if device.key == wanted:
            if device.available:
                return device
            raise ModelError(f"The device {device.label} cannot be used: {device.note}. Choose Automatic or CPU.")
    raise ModelError(f"There is no device called {wanted}. Choose auto, cpu, cuda or mps.")
