"""A PDF is read page by page, at the resolution of the scan in it; whatever is wrong ends in one plain sentence."""

import io

import numpy as np
import pytest
from PIL import Image as Pillow

from sigverify.domain import Image
from sigverify.errors import ReadingError
from sigverify.preprocess.reading import decode
from tests.preprocess import forms


def pdf_of(*pictures: Image, dpi: float = 200.0) -> bytes:
    """A PDF with a scanned picture on each page."""
    pages = [Pillow.fromarray(picture) for picture in pictures]
    stream = io.BytesIO()
    pages[0].save(stream, "PDF", resolution=dpi, save_all=True, append_images=pages[1:], quality=95)
    return stream.getvalue()


def pdf_of_objects(*objects: str, trailer: str = "") -> bytes:
    """A PDF put together by hand; the first object is the catalogue."""
    body, starts = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        starts.append(len(body))
        body += f"{number} 0 obj\n{text}\nendobj\n".encode()
    table = "".join(f"{start:010d} 00000 n \n" for start in starts)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n"
    end += f"<< /Size {len(objects) + 1} /Root 1 0 R {trailer}>>\nstartxref\n{len(body)}\n%%EOF\n"
    return body + end.encode()


def drawn(width: float, height: float) -> bytes:
    """A page of so many points with a black bar in the lower left quarter."""
    content = f"0 0 {width / 2} {height / 2} re f"
    return pdf_of_objects(
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}] /Contents 4 0 R >>",
        f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
    )


PROTECTED = pdf_of_objects(
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [] /Count 0 >>",
    f"<< /Filter /Standard /V 1 /R 2 /P -4 /O <{'41' * 32}> /U <{'42' * 32}> >>",
    trailer="/Encrypt 3 0 R /ID [<00> <00>] ",
)
NO_PAGES = pdf_of_objects("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] /Count 0 >>")


@pytest.mark.parametrize("dpi", [100.0, 200.0, 300.0])
def test_a_scan_in_a_pdf_comes_out_at_its_own_resolution(dpi: float) -> None:
    cheque = forms.cheque()
    scan = decode(pdf_of(cheque, dpi=dpi))
    assert scan.dpi == pytest.approx(dpi, rel=0.01)
    assert np.abs(np.subtract(scan.pixels.shape[:2], cheque.shape)).max() <= 1
    assert scan.pixels.ndim == 2
    same = (
        scan.pixels[: forms.HEIGHT, : forms.WIDTH].astype(int) - cheque[: scan.pixels.shape[0], : scan.pixels.shape[1]]
    )
    assert np.abs(same).mean() < 4.0


def test_every_page_of_a_pdf_is_read_and_counted() -> None:
    data = pdf_of(*(np.full((100, 200), 60 * page, np.uint8) for page in range(4)))
    for page in range(4):
        scan = decode(data, page=page)
        assert (scan.page, scan.pages) == (page, 4)
        assert int(scan.pixels[50, 100]) == pytest.approx(60 * page, abs=3)


def test_a_drawn_page_is_rendered_at_300_dpi_with_colours_and_white_paper() -> None:
    scan = decode(drawn(144.0, 72.0))
    assert scan.pixels.shape[:2] == (300, 600)
    assert scan.dpi == pytest.approx(300.0)
    assert int(scan.pixels[250, 100]) == 0
    assert int(scan.pixels[50, 500]) == 255


def test_colours_are_not_mixed_up() -> None:
    red = np.zeros((100, 200, 3), np.uint8)
    red[..., 0] = 220
    assert decode(pdf_of(red)).pixels[50, 100].tolist() == pytest.approx([220, 0, 0], abs=6)


def test_a_large_page_is_rendered_at_less_but_never_too_coarsely() -> None:
    scan = decode(drawn(2384.0, 3370.0))  # A0
    assert scan.dpi is not None
    assert 200.0 <= scan.dpi < 300.0
    assert scan.pixels.size <= 80_000_000
    with pytest.raises(ReadingError, match="more than 80 million pixels"):
        decode(drawn(14_000.0, 14_000.0))


BAD: dict[str, tuple[bytes, str]] = {
    "protected": (PROTECTED, "protected by a password: save a copy without one"),
    "without pages": (NO_PAGES, "(no pages|damaged)"),
    "cut short": (pdf_of(forms.cheque())[:600], "damaged or cut short"),
    "no more than a mark": (b"%PDF-1.7\n%...", "damaged or cut short"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_pdf_that_cannot_be_read_is_answered_with_a_remedy(kind: str) -> None:
    data, sentence = BAD[kind]
    with pytest.raises(ReadingError, match=sentence) as refusal:
        decode(data, name="cheque 7.pdf")
    message = str(refusal.value)
    assert message.startswith("cheque 7.pdf ")
    assert message.endswith(".")


def test_a_page_beyond_the_last_of_a_pdf_is_named_and_counted() -> None:
    with pytest.raises(ReadingError, match="only one page: there is no page 3"):
        decode(pdf_of(forms.cheque()), page=2)
