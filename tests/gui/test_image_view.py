"""Zoom and pan."""

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from sigverify.gui.image_view import LARGEST, LARGEST_FIT, ImageView
from tests.gui.drawing import signature

NONE, SHIFT, CTRL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)


@pytest.fixture
def view(app: QApplication) -> ImageView:
    made = ImageView()
    made.resize(500, 300)
    made.show_image(signature(4, width=1000, height=400), QRectF(100, 100, 700, 200))
    made.show()
    return made


def wheel(view: ImageView, at: QPointF, notches: int, held: Qt.KeyboardModifier = NONE) -> None:
    event = QWheelEvent(
        at,
        QPointF(view.mapToGlobal(at.toPoint())),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        held,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


def under(view: ImageView, at: QPointF) -> QPointF:
    """The point of the image at a point of the widget."""
    return view.centre + (at - QPointF(250, 150)) / view.scale


def test_the_whole_image_is_shown_at_first(view: ImageView) -> None:
    assert view.scale == pytest.approx((500 - 16) / 1000)
    assert view.centre == QPointF(500, 200)


def test_the_wheel_zooms_about_the_pointer(view: ImageView) -> None:
    at = QPointF(380, 150)
    before = under(view, at)
    wheel(view, at, 6)
    assert view.scale > 1.5
    assert under(view, at).x() == pytest.approx(before.x(), abs=0.01)
    assert under(view, at).y() == pytest.approx(before.y(), abs=0.01)


def test_zooming_ends_at_the_whole_image_and_at_large_pixels(view: ImageView) -> None:
    fitted = view.scale
    wheel(view, QPointF(10, 10), 40)
    assert view.scale == LARGEST
    wheel(view, QPointF(490, 290), -80)
    assert view.scale == fitted
    assert view.centre == QPointF(500, 200)


def test_the_wheel_pans_with_a_key_held(view: ImageView) -> None:
    wheel(view, QPointF(250, 150), 6)
    before = view.centre
    wheel(view, QPointF(250, 150), -1, SHIFT)
    assert view.centre.x() > before.x()
    wheel(view, QPointF(250, 150), -1, CTRL)
    assert view.centre.y() > before.y()


@pytest.mark.parametrize("button", [Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton])
def test_dragging_moves_the_image_with_the_pointer(view: ImageView, button: Qt.MouseButton) -> None:
    wheel(view, QPointF(250, 150), 6)
    grabbed = under(view, QPointF(250, 150))
    QTest.mousePress(view, button, NONE, QPoint(250, 150))
    QTest.mouseMove(view, QPoint(290, 160))
    QTest.mouseRelease(view, button, NONE, QPoint(290, 160))
    assert under(view, QPointF(290, 160)).x() == pytest.approx(grabbed.x(), abs=0.5)


def test_the_image_never_leaves_the_widget(view: ImageView) -> None:
    wheel(view, QPointF(250, 150), 6)
    view.pan(QPointF(-100_000, 100_000))
    assert view.centre.x() == pytest.approx(1000 - 250 / view.scale)
    assert view.centre.y() == pytest.approx(150 / view.scale)


def test_keys_zoom_and_pan(view: ImageView) -> None:
    fitted = view.scale
    QTest.keyClick(view, Qt.Key.Key_Plus)
    QTest.keyClick(view, Qt.Key.Key_Plus)
    QTest.keyClick(view, Qt.Key.Key_Minus)
    assert view.scale == pytest.approx(fitted * 1.25)
    before = view.centre
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert view.centre.x() > before.x()
    QTest.keyClick(view, Qt.Key.Key_0)
    assert view.scale == fitted


def test_a_double_click_goes_closer_and_back(view: ImageView) -> None:
    fitted = view.scale
    QTest.mouseDClick(view, Qt.MouseButton.LeftButton, NONE, QPoint(100, 100))
    assert view.scale > fitted
    QTest.mouseDClick(view, Qt.MouseButton.LeftButton, NONE, QPoint(100, 100))
    assert view.scale == fitted


def test_a_small_scan_is_not_blown_up(view: ImageView) -> None:
    view.show_image(signature(4, width=60, height=24), None)
    assert view.scale == LARGEST_FIT


def test_the_box_is_drawn_where_the_ink_is(view: ImageView) -> None:
    image = view.grab().toImage()
    corner = QPointF(250, 150) + (QPointF(100, 100) - view.centre) * view.scale - QPointF(4, 4)
    assert image.pixelColor(corner.toPoint()) == QColor("#1c6bb3")


def test_without_an_image_the_wheel_is_left_to_others(view: ImageView) -> None:
    view.clear()
    wheel(view, QPointF(250, 150), 3)
    assert not view.has_image
    assert view.scale == 1.0
