"""The distance bar: what it draws, says and answers to the pointer."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF
from PySide6.QtGui import QColor, QHelpEvent, QImage, QPainter
from PySide6.QtWidgets import QApplication, QToolTip

from sigverify.domain import Decision
from sigverify.gui.distance_bar import DistanceBar
from sigverify.gui.reading import Band, Measured, Reading, Tick
from sigverify.gui.theme import DARK, LIGHT, Colours, theme

FLAGGED = Reading(
    scale_end=1.4,
    threshold=0.68,
    measured=Measured.DISTANCE,
    distance=0.93,
    decision=Decision.FLAG,
    ticks=(Tick(label="Specimen 1, card.png", distance=0.88), Tick(label="Specimen 2", distance=1.04)),
    bands=(Band(label="other writers", low=0.9, high=1.2),),
)


def painted(bar: DistanceBar, ratio: float = 1.0) -> QImage:
    image = QImage(bar.size() * ratio, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(QColor("white"))
    painter = QPainter(image)
    bar.render(painter, QPoint())
    painter.end()
    return image


@pytest.fixture
def bar(app: QApplication) -> DistanceBar:
    made = DistanceBar()
    made.show_reading(FLAGGED)
    made.resize(600, made.sizeHint().height())
    return made


def row_of(bar: DistanceBar) -> int:
    return round(bar._bar_top()) + 2


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0])
@pytest.mark.parametrize("width", [320, 601, 1200])
def test_the_zones_meet_at_the_threshold_at_every_size(bar: DistanceBar, width: int, ratio: float) -> None:
    bar.show_reading(replace(FLAGGED, ticks=()))
    bar.resize(width, bar.height())
    image, row = painted(bar, ratio), row_of(bar)
    threshold = bar.x_of(0.68)

    def colour(x: float) -> QColor:
        return image.pixelColor(round(x * ratio), round(row * ratio))

    assert colour(threshold - 6) == QColor(LIGHT.accept_zone)
    assert colour(threshold + 6) == QColor(LIGHT.flag_zone)
    assert colour(threshold) == QColor(LIGHT.text)
    assert colour(bar.x_of(0.93)) == QColor(LIGHT.flag)


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_the_decision_gives_the_marker_its_colour(bar: DistanceBar, colours: Colours) -> None:
    theme().use(colours)
    bar.show_reading(replace(FLAGGED, distance=0.3, decision=Decision.ACCEPT, ticks=()))
    assert painted(bar).pixelColor(round(bar.x_of(0.3)), row_of(bar)) == QColor(colours.accept)


def test_distances_lie_where_their_share_of_the_scale_is(bar: DistanceBar) -> None:
    left, right = bar.x_of(0), bar.x_of(1.4)
    assert bar.x_of(0.7) == pytest.approx((left + right) / 2)
    assert bar.x_of(-0.2) == left
    assert bar.x_of(1.9) == right


@pytest.mark.parametrize(("distance", "says"), [(0.43, "0.430"), (-0.12, "← −0.120"), (1.7, "1.700 →")])
def test_a_distance_off_the_scale_is_said_with_an_arrow(bar: DistanceBar, distance: float, says: str) -> None:
    bar.show_reading(replace(FLAGGED, distance=distance))
    assert f"distance {says}" in bar.accessibleDescription()


def test_a_distance_a_hair_above_the_threshold_does_not_read_like_it(bar: DistanceBar) -> None:
    bar.show_reading(replace(FLAGGED, distance=0.680004))
    assert "threshold 0.680000, distance 0.680004" in bar.accessibleDescription()


def test_a_tick_names_its_specimen(bar: DistanceBar) -> None:
    at = QPointF(bar.x_of(0.88), bar._bar_top() + 26)
    assert bar.tick_at(at) == 0
    assert bar.tick_text(0) == "Specimen 1, card.png: 0.880"
    assert bar.tick_at(at + QPointF(40, 0)) is None
    assert bar.tick_at(QPointF(at.x(), 0)) is None
    bar.show()
    QApplication.sendEvent(bar, QHelpEvent(QEvent.Type.ToolTip, at.toPoint(), bar.mapToGlobal(at.toPoint())))
    assert QToolTip.text() == "Specimen 1, card.png: 0.880"
    bar.hide()


def test_without_a_threshold_nothing_is_promised(bar: DistanceBar) -> None:
    bar.show_reading(Reading())
    assert painted(bar).pixelColor(100, row_of(bar)) == QColor(LIGHT.grey_zone)
    assert "threshold" not in bar.accessibleDescription()


def test_what_cannot_be_judged_stands_on_no_side(bar: DistanceBar) -> None:
    bar.show_reading(Reading(threshold=0.68, measured=Measured.NO_DISTANCE, note="no distance"))
    for x in (20, 580):
        assert painted(bar).pixelColor(x, row_of(bar)) == QColor(LIGHT.grey_zone)
    assert "no distance" in bar.accessibleDescription()


def test_a_reading_without_a_distance_cannot_claim_one() -> None:
    with pytest.raises(ValueError, match="distance"):
        Reading(measured=Measured.DISTANCE)
    with pytest.raises(ValueError, match="scale"):
        Reading(scale_end=0)
