"""What stands on which side; no window is needed for it."""

import pytest

from sigverify.domain import Role, Seek, Source
from sigverify.gui.comparison import Comparison, plain, sought

A, B, C, D = (Source.of_file(f"{name}.png") for name in "abcd")
OWN = Comparison(questioned=A, specimens=(B,))
SAMPLES = Comparison(questioned=A, specimens=(B,), samples=True)


@pytest.mark.parametrize(
    ("before", "files", "where", "questioned", "specimens"),
    [
        (Comparison(), [A], None, A, ()),
        (Comparison(questioned=A), [B], None, A, (B,)),
        (OWN, [C], None, C, (B,)),
        (OWN, [C], Role.SPECIMEN, A, (B, C)),
        (OWN, [C], Role.QUESTIONED, C, (B,)),
        (Comparison(), [A, B], Role.SPECIMEN, A, (B,)),
        (OWN, [C, D], Role.QUESTIONED, C, (D,)),
        (OWN, [C, D], Role.SPECIMEN, A, (B, C, D)),
        (OWN, [C, D], None, C, (D,)),
        (Comparison(), [A, B, C], Role.SPECIMEN, None, (A, B, C)),
        (Comparison(), [A, B, C], Role.QUESTIONED, A, (B, C)),
        (SAMPLES, [C], Role.SPECIMEN, None, (C,)),
        (SAMPLES, [C, D], Role.SPECIMEN, C, (D,)),
    ],
)
def test_what_files_that_arrive_together_make_of_it(
    before: Comparison,
    files: list[Source],
    where: Role | None,
    questioned: Source | None,
    specimens: tuple[Source, ...],
) -> None:
    after = before.filled(files, where)
    assert (after.questioned and plain(after.questioned), after.specimens) == (questioned, specimens)
    assert not after.samples


def test_only_what_comes_to_the_questioned_side_may_be_a_whole_cheque() -> None:
    after = Comparison().filled([A, B, C], None)
    assert [source.seek for source in after.sources] == [Seek.AUTO, Seek.NEVER, Seek.NEVER]
    assert after.swapped().sources[0].seek is Seek.AUTO


def test_a_box_belongs_to_its_picture_and_page() -> None:
    boxed = Comparison().with_questioned(A).boxed((1, 2, 30, 40))
    assert boxed.questioned is not None
    assert boxed.questioned.box == (1, 2, 30, 40)
    for other in (
        boxed.turned(Role.QUESTIONED, 0, 1),
        boxed.with_questioned(B),
        boxed.seeking(Seek.NEVER),
        boxed.boxed(None),
    ):
        assert other.questioned is not None
        assert other.questioned.box is None
    assert Comparison().boxed((1, 2, 30, 40)).empty


def test_a_cheque_that_was_swapped_to_the_other_side_is_on_file_once() -> None:
    swapped = Comparison(questioned=sought(A), specimens=(B,)).boxed((1, 2, 30, 40)).swapped()
    assert swapped.with_specimens([A]).specimens == swapped.specimens


def test_no_files_change_nothing() -> None:
    assert SAMPLES.filled([], None) is SAMPLES


def test_a_specimen_is_on_file_once() -> None:
    assert OWN.with_specimens([B, C, C]).specimens == (B, C)


def test_swapping_twice_is_not_swapping() -> None:
    three = Comparison(questioned=sought(A), specimens=(B, sought(C), D))
    assert three.swapped(1) == Comparison(questioned=sought(C), specimens=(B, sought(A), D))
    assert three.swapped(1).swapped(1) == three


@pytest.mark.parametrize("half", [Comparison(questioned=sought(A)), Comparison(specimens=(sought(A),))])
def test_half_a_pair_changes_sides(half: Comparison) -> None:
    assert half.swapped() != half
    assert half.swapped().sources == (sought(A),)
    assert half.swapped().swapped() == half


def test_another_page_is_another_source() -> None:
    turned = OWN.turned(Role.SPECIMEN, 0, 2).turned(Role.QUESTIONED, 0, 1)
    assert (turned.questioned, turned.specimens) == (Source.of_file("a.png", 1), (Source.of_file("b.png", 2),))
    assert Comparison().turned(Role.QUESTIONED, 0, 1).empty
