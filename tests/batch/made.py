"""Lines of results, as a batch would have written them."""

from sigverify.batch.items import Result, Ruling, Said, Truth, Verdict


def result(line: int = 2, **changed: object) -> Result:
    fields: dict[str, object] = {
        "line": line,
        "item_id": f"c{line}",
        "decision": Verdict.FLAG,
        "distance": 0.1 + line / 7,
        "threshold": 0.40000000000000002,
        "nearest_reference": "specimen 2.png",
        "milliseconds": 12.5,
        "model": "ink-grid abababababababab",
        "specimens": 2,
        "questioned": "/desk/q.png",
        "references": ("/desk/a.png", "/desk/b.png"),
    }
    return Result(**(fields | changed))  # type: ignore[arg-type]


RULING = Ruling(said=Said.ACCEPT, by="J. Doe", at="2026-11-25T10:00:00+01:00", note="rang the customer")
EVERY_FIELD = result(
    item_id="Müller 签名",
    box=(1, 2, 30, 40),
    given_box=(0, 0, 50, 60),
    page=3,
    amount="1.000,00 €",
    expected=Truth.SKILLED,
    ruling=RULING,
    reasons="Left out: Specimen 1 is blank.",
)
EMPTY = result(
    3, decision=Verdict.ERROR, distance=None, threshold=None, references=(), questioned="", reasons="No file."
)
