import cv2
import numpy as np
import pytest

from sigverify.errors import DataError
from sigverify.labelled_cheques import labelled, spread_over

HEAD = "image,bank,signed,x0,y0,x1,y1\n"


def folder(tmp_path, text, images=("north/images/1.png", "north/images/2.png", "south/1.png")):
    for name in images:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(tmp_path / name), np.full((40, 90), 255, np.uint8))
    (tmp_path / "boxes.csv").write_text(text, encoding="utf-8")
    return tmp_path


def test_a_cheque_is_signed_unsigned_or_unknown(tmp_path):
    text = HEAD + "north/images/1.png,north,1,10,20,30,40\nnorth/images/2.png,north,0,,,,\nsouth/1.png,,,,,,\n"
    signed, unsigned, unknown = labelled(folder(tmp_path, text))
    assert (signed.folder, signed.bank, signed.signed, signed.box) == ("north", "north", True, (10, 20, 30, 40))
    assert (unsigned.signed, unsigned.box) == (False, None)
    assert (unknown.folder, unknown.bank, unknown.signed, unknown.box) == ("south", "south", None, None)


def test_strokes_are_found_beside_the_images(tmp_path):
    data = folder(tmp_path, HEAD + "north/images/1.png,n,1,1,1,9,9\nnorth/images/2.png,n,1,1,1,9,9\n")
    (data / "north/masks").mkdir()
    cv2.imwrite(str(data / "north/masks/2.png"), np.zeros((40, 90), np.uint8))
    assert [one.mask is not None for one in labelled(data)] == [False, True]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("north/images/1.png,n,1,30,20,10,40", "Line 2"),  # no inside
        ("north/images/1.png,n,1,10,20,wide,40", "Line 2"),
        ("north/images/1.png,n,1,10,,30,40", "Line 2"),
        ("north/images/1.png,n,yes,10,20,30,40", "signed is 1, 0 or"),
        ("north/images/1.png,n,0,10,20,30,40", "only on a cheque that is signed"),
        ("north/images/3.png,n,1,10,20,30,40", "no such image"),
        ("../1.png,n,1,10,20,30,40", "outside the folder"),
        (",n,1,10,20,30,40", "names no image"),
        ("", "names no cheques"),
    ],
)
def test_a_table_that_is_wrong_is_refused_with_its_line(tmp_path, line, why):
    with pytest.raises(DataError, match=why):
        labelled(folder(tmp_path, HEAD + line + "\n"))


def test_a_folder_without_a_table_or_with_another_one_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"boxes\.csv"):
        labelled(tmp_path)
    with pytest.raises(DataError, match="lacks the columns signed, x0"):
        labelled(folder(tmp_path, "image,bank\nsouth/1.png,south\n"))


def test_a_few_cheques_are_of_every_bank(tmp_path):
    images = [f"north/{number}.png" for number in range(6)] + ["south/0.png", "west/0.png"]
    rows = "".join(f"{name},,1,10,20,30,40\n" for name in images)
    cheques = labelled(folder(tmp_path, HEAD + rows, images))
    assert [one.path.relative_to(tmp_path).as_posix() for one in spread_over(cheques, 4)] == [
        "north/0.png",
        "north/1.png",
        "south/0.png",
        "west/0.png",
    ]
    assert spread_over(cheques, 100) == cheques
