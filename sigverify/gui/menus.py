"""The menus: every command once, with its key."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from sigverify.domain import Seek, Source
from sigverify.gui.icons import icon
from sigverify.gui.image_view import ImageView
from sigverify.gui.keys import Keys
from sigverify.gui.theme import theme

if TYPE_CHECKING:
    from sigverify.gui.window import MainWindow


class Menus(QObject):
    """Builds the menu bar of a window and holds the actions whose state changes."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._icons: list[tuple[QAction, str]] = []
        self._build_file()
        self._build_edit()
        self._build_view()
        self._build_questioned()
        self._build_help()
        theme().changed.connect(self._colour_icons)
        self._colour_icons()

    def _build_file(self) -> None:
        window, menu = self._window, self._window.menuBar().addMenu(_tr("&File"))
        ask_questioned, ask_specimens = window.files.ask_questioned, window.files.ask_specimens
        self._add(menu, _tr("&Open the questioned signature …"), ask_questioned, Keys.OPEN_QUESTIONED, "open")
        self._add(menu, _tr("&Add signatures on file …"), ask_specimens, Keys.OPEN_SPECIMENS, "add")
        self.recent_questioned = menu.addMenu(_tr("Recent &questioned signatures"))
        self.recent_specimens = menu.addMenu(_tr("Recent signatures on &file"))
        self._icons += [(self.recent_questioned.menuAction(), "recent"), (self.recent_specimens.menuAction(), "recent")]
        menu.addSeparator()
        settings = self._add(menu, _tr("&Settings …"), window.dialogs.open_settings, Keys.SETTINGS, "settings")
        settings.setMenuRole(QAction.MenuRole.PreferencesRole)
        menu.addSeparator()
        leave = self._add(menu, _tr("&Quit"), window.close, Keys.QUIT)
        leave.setMenuRole(QAction.MenuRole.QuitRole)

    def _build_edit(self) -> None:
        window, menu = self._window, self._window.menuBar().addMenu(_tr("&Edit"))
        self._add(menu, _tr("&Paste"), window.paste, Keys.PASTE, "paste")
        menu.addSeparator()
        self.swap = self._add(menu, _tr("&Swap the two sides"), window.page.swap, Keys.SWAP, "swap")
        self.remove = self._add(menu, _tr("&Remove the chosen signature"), window.remove_chosen, Keys.REMOVE)
        self.clear = self._add(menu, _tr("&Clear both sides"), window.page.clear, Keys.CLEAR, "clear")

    def _build_view(self) -> None:
        window, menu = self._window, self._window.menuBar().addMenu(_tr("&View"))
        page = window.page
        self._add(menu, _tr("Zoom &in"), lambda: page.zoom(ImageView.zoom_in), Keys.ZOOM_IN, "zoom-in")
        self._add(menu, _tr("Zoom &out"), lambda: page.zoom(ImageView.zoom_out), Keys.ZOOM_OUT, "zoom-out")
        self._add(menu, _tr("Show &all of it"), lambda: page.zoom(ImageView.fit), Keys.ZOOM_FIT, "fit")
        menu.addSeparator()
        self._add(menu, _tr("Page &before"), lambda: page.step_page(-1), Keys.PAGE_BEFORE, "previous")
        self._add(menu, _tr("Page af&ter"), lambda: page.step_page(1), Keys.PAGE_AFTER, "next")
        menu.addSeparator()
        self._add(menu, _tr("Go to the &questioned side"), page.questioned.take_focus, Keys.TO_QUESTIONED)
        self._add(menu, _tr("Go to the side on &file"), page.on_file.take_focus, Keys.TO_SPECIMENS)

    def _build_questioned(self) -> None:
        window, menu = self._window, self._window.menuBar().addMenu(_tr("&Questioned"))
        pane, page = window.page.questioned, window.page
        draw = self._add(menu, _tr("&Draw a box around the signature"), pane.draw_box, Keys.DRAW_BOX, "box")
        place = self._add(menu, _tr("The &next place found"), pane.next_place, Keys.NEXT_PLACE, "next")
        back = self._add(menu, _tr("&Back to the place found"), window.step_back, Keys.BOX_BACK, "back")
        large = self._add(menu, _tr("&Zoom to the box, and back"), pane.view.zoom_to_box, Keys.ZOOM_BOX, "fit")
        menu.addAction(_tr("Arrow keys move it, Shift resizes, Ctrl finely")).setEnabled(False)
        menu.addSeparator()
        self._seeks = QActionGroup(self)
        for text, seek in (
            (_tr("&Search it if it looks like a whole cheque"), Seek.AUTO),
            (_tr("It is a &whole cheque: search it"), Seek.ALWAYS),
            (_tr("It is a signature al&one: do not search"), Seek.NEVER),
        ):
            action = self._add(menu, text, partial(page.seek, seek))
            action.setCheckable(True)
            action.setData(seek)
            self._seeks.addAction(action)
        menu.addSeparator()
        stages = self._add(menu, _tr("Show the s&tages …"), window.dialogs.open_stages, Keys.STAGES, "stages")
        self._of_questioned = (draw, place, back, large, stages, *self._seeks.actions())

    def show_questioned(self, source: Source | None) -> None:
        """Offer what can be done with this questioned picture."""
        for action in self._of_questioned:
            action.setEnabled(source is not None)
        for action in self._seeks.actions():
            action.setChecked(source is not None and action.data() == source.seek)

    def _build_help(self) -> None:
        window, menu = self._window, self._window.menuBar().addMenu(_tr("&Help"))
        self._add(menu, _tr("Show the &sample pair"), lambda: window.show_samples())
        self._add(menu, _tr("Show the sample &cheque"), window.show_sample_cheque)
        self.about_model = self._add(
            menu, _tr("About the &model"), window.dialogs.open_about_model, Keys.ABOUT_MODEL, "model"
        )
        self.about_model.setEnabled(False)
        about = self._add(menu, _tr("&About sigverify"), window.dialogs.open_about, icon_name="info")
        about.setMenuRole(QAction.MenuRole.AboutRole)

    def _add(
        self, menu: QMenu, text: str, act: Callable[[], object], key: Keys | None = None, icon_name: str = ""
    ) -> QAction:
        action = menu.addAction(text)
        if key is not None:
            action.setShortcut(key.sequence)
        if icon_name:
            self._icons.append((action, icon_name))
        action.triggered.connect(lambda: act())
        return action

    def _colour_icons(self) -> None:
        for action, name in self._icons:
            action.setIcon(icon(name))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Menus", text)
