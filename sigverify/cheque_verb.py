"""`sigverify locate`: where on a cheque somebody signed; and what `verify --cheque` says of it.

Exit codes: 0 found, 2 error (one line on stderr), 3 none found.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sigverify import app, wording
from sigverify.domain import Box, Candidate, Located, QualityReason, Seek, Source, View, check_box
from sigverify.errors import ModelError, SigverifyError

if TYPE_CHECKING:
    from sigverify.looking import Look
    from sigverify.verifier import Verifier

FOUND: Final = 0
NONE_FOUND: Final = 3


def add_arguments(verb: argparse.ArgumentParser) -> None:
    """Declare what `sigverify locate` takes."""
    verb.add_argument("cheque", metavar="CHEQUE", help="picture or PDF of the whole cheque")
    add_page(verb, "CHEQUE")
    verb.add_argument("--json", action="store_true", help="print places and page for a program to read")
    verb.add_argument("--out", type=Path, metavar="CROP", help="save the best signature, cleaned, as a PNG file")
    verb.add_argument("--save-stages", type=Path, metavar="DIR", help="save a picture of every stage")
    add_locator(verb)


def add_page(verb: argparse.ArgumentParser, of: str) -> None:
    """Declare --page."""
    verb.add_argument(
        "--page", type=_page, default=1, metavar="N", help=f"page of {of}, from 1 (multi-page TIFF and PDF)"
    )


def add_locator(verb: argparse.ArgumentParser) -> None:
    """Declare --locator."""
    verb.add_argument("--locator", type=Path, metavar="FILE", help="another locator than the program's own")


def add_cheque(verb: argparse.ArgumentParser) -> None:
    """Declare what `sigverify verify` takes for a cheque."""
    verb.add_argument("--cheque", action="store_true", help="QUESTIONED is a whole cheque: find the signature on it")
    verb.add_argument(
        "--box", type=_box, metavar="X0,Y0,X1,Y1", help="the signature is in this box of QUESTIONED, in its pixels"
    )
    add_locator(verb)


def run(arguments: argparse.Namespace) -> int:
    """Search a cheque and tell what was found; raises SigverifyError."""
    source = Source.of_file(arguments.cheque, page=arguments.page - 1, seek=Seek.ALWAYS)
    verifier = app.build_searcher(arguments.locator)
    look = verifier.look(source)
    view, located = look.view, look.view.located
    assert located is not None, "it was searched"
    if arguments.save_stages is not None:
        save_stages(verifier, [("cheque", source)], arguments.save_stages)
    if arguments.out is not None and located.candidates:
        _save(verifier, source, view, arguments.out)
    if arguments.json:
        print(json.dumps(_as_json(look, located), indent=1, allow_nan=False))
    else:
        print("\n".join(_lines(view, located)))
    return FOUND if located.candidates else NONE_FOUND


def questioned(arguments: argparse.Namespace) -> Source:
    """The questioned picture of `sigverify verify`, and where on it the signature is."""
    seek = Seek.ALWAYS if arguments.cheque else Seek.NEVER
    return Source.of_file(arguments.questioned, page=arguments.page - 1, seek=seek, box=arguments.box)


def equip(verifier: "Verifier", source: Source, locator: Path | None) -> None:
    """Let a verifier search cheques where that is needed; raises ModelError when it cannot and there is no box."""
    if source.seek is Seek.NEVER and source.box is None:
        return
    try:
        verifier.equip_locator(app.load_locator(locator))
    except ModelError:
        if source.box is None or locator is not None:
            raise


def page_json(located: Located) -> dict[str, Any]:
    """Where the cheque lies in its picture, for programs to read."""
    return {"corners": [[round(x, 2), round(y, 2)] for x, y in located.corners], "turned": located.turned}


def candidates_json(found: Sequence[Candidate]) -> list[dict[str, Any]]:
    """The places found, best first, for programs to read."""
    return [{"box": list(one.box), "confidence": round(one.confidence, 4)} for one in found]


def located_json(located: Located | None) -> dict[str, Any] | None:
    """Where the questioned signature was found, and which box was used, for programs to read."""
    if located is None:
        return None
    return {
        "automatic": _listed(located.automatic),
        "box": _listed(located.box),
        "by_hand": located.by_hand,
        "candidates": candidates_json(located.candidates),
        "doubtful": candidates_json(located.doubtful),
        "page": page_json(located),
        "skew": round(located.skew, 2),
    }


def save_stages(verifier: "Verifier", named: list[tuple[str, Source]], folder: Path) -> None:
    """Save every stage of these pictures; raises SigverifyError when the folder cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, source in named:
            for number, (stage, png) in enumerate(verifier.stages(source), 1):
                (folder / f"{name}-{number}-{stage.replace(' ', '-')}.png").write_bytes(png)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise SigverifyError(f"The stages cannot be saved in {folder} ({why}). Choose another folder.") from error


def _save(verifier: "Verifier", source: Source, view: View, file: Path) -> None:
    from sigverify.preprocess.reading import encode_png

    assert view.located is not None
    signature = view.signature
    if signature is None:  # of several cheques none was chosen; the best place is still what was asked for
        signature = verifier.view(replace(source, box=view.located.candidates[0].box)).signature
    assert signature is not None, "a box gives a signature"
    try:
        file.write_bytes(encode_png(signature))
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise SigverifyError(f"{file} cannot be written ({why}). Choose another place for it.") from error


def _as_json(look: "Look", located: Located) -> dict[str, Any]:
    view = look.view
    size = {"number": view.page + 1, "pages": view.pages, "width": view.width, "height": view.height}
    return {
        "candidates": candidates_json(located.candidates),
        "doubtful": candidates_json(located.doubtful),
        "page": size | page_json(located),
        "skew": round(located.skew, 2),
        "quality": [reason.value for reason in view.quality.reasons],
        "milliseconds": {"read": round(look.read, 3), "locate": round(look.locate, 3)},
    }


def _lines(view: View, located: Located) -> list[str]:
    lines = [f"{wording.located_sentence(located, view.quality)}."]
    for number, one in enumerate(located.candidates, 1):
        lines.append(f"  place {number}  {one.confidence:.2f}  {','.join(map(str, one.box))}")
    for one in located.doubtful:
        lines.append(f"  perhaps  {one.confidence:.2f}  {','.join(map(str, one.box))}")
    several = QualityReason.SEVERAL_CHEQUES in view.quality.reasons
    return lines if several or view.quality.good else [*lines, *_quality_lines(view)]


def _quality_lines(view: View) -> list[str]:
    reasons = [reason for reason in view.quality.reasons if reason is not QualityReason.NO_SIGNATURE]
    return [wording.quality_sentence(view.quality, "The signature")] if reasons else []


def _listed(box: Box | None) -> list[int] | None:
    return None if box is None else list(box)


def _page(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"'{text}' is not a page; pages are counted from 1")
    return int(text)


def _box(text: str) -> Box:
    try:
        x0, y0, x1, y1 = (int(edge) for edge in text.split(","))
        check_box((x0, y0, x1, y1))
        return x0, y0, x1, y1
    except ValueError:
        message = f"'{text}' is not a box: give X0,Y0,X1,Y1 in pixels, X0 less than X1 and Y0 less than Y1"
        raise argparse.ArgumentTypeError(message) from None
