"""Joins the Batch page, the queue and the Verify page; the main window holds one of these."""

import getpass
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QMimeData, QObject, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget

from sigverify.batch.items import Said
from sigverify.gui.batch.arriving import Kind, batch_path, kind_of
from sigverify.gui.batch.at_hand import AtHand
from sigverify.gui.batch.menu import BatchMenu
from sigverify.gui.batch.model import ResultsModel
from sigverify.gui.batch.page import BatchPage
from sigverify.gui.batch.pages import Pages
from sigverify.gui.batch.run_card import RUNS
from sigverify.gui.batch.session import Session
from sigverify.gui.batch.starting import Inforce, Starting
from sigverify.gui.batch.supervising import Supervising
from sigverify.gui.batch.work import Batches, ManifestLike, Request, Tasks
from sigverify.gui.keys import Keys
from sigverify.gui.pane_parts import DropCover
from sigverify.gui.small_parts import KeyButton

if TYPE_CHECKING:
    from sigverify.gui.window import MainWindow

NOTED: Final = 8000  # milliseconds that the status bar says what was done
NOBODY: Final = "unknown"


class BatchDesk(QObject):
    """What the main window asks for about batches, in one place."""

    def __init__(self, window: "MainWindow", batches: Batches) -> None:
        super().__init__(window)
        self._window = window
        self.model = ResultsModel()
        self.checks, self.files = Tasks(self), Tasks(self)
        self.page = BatchPage(self.model, os.cpu_count() or 1)
        self.pages = Pages(window.page, self.page)
        self.cover = DropCover(self.pages)
        self.session = Session(self.page.results, self.model, self.files, batches, self._name, window)
        self.at_hand = AtHand(window, self.session, self.pages, self.page.results.view)
        self.supervising = Supervising(window, self.model, self.files, self.checks)
        self.supervising.opened.connect(self.at_hand.look_at)
        self.starting = Starting(self.page.form, self.checks, batches, self._in_force, window)

    def build_menu(self) -> None:
        """Put the commands into the menu bar, and the two pages' tabs into its corner."""
        bar, queue = self._window.menuBar(), self.session.queue
        acts: dict[Keys, Callable[[], object]] = {
            Keys.BATCH: self.begin,
            Keys.OPEN_RESULTS: self.open_results,
            Keys.PAUSE_BATCH: self.session.pause_or_go_on,
            Keys.EXPORT: self.session.ask_export,
            Keys.OPEN_ITEM: self.at_hand.look,
            Keys.RULE_ACCEPT: lambda: self.at_hand.rule(Said.ACCEPT),
            Keys.RULE_FLAG: lambda: self.at_hand.rule(Said.FLAG),
            Keys.RULE_NOTE: self.at_hand.note,
            Keys.UNDO_RULING: queue.undo,
            Keys.ITEM_BEFORE: lambda: queue.step(-1),
            Keys.ITEM_AFTER: lambda: queue.step(1),
            Keys.FIND: self._find,
            Keys.VERIFY_PAGE: self.pages.show_verify,
            Keys.BATCH_PAGE: self.pages.show_batch,
        }
        self.menu = BatchMenu(bar, acts, self._begin_folder)
        self.page.results.view.addAction(self.menu.of[Keys.OPEN_ITEM])
        bar.setCornerWidget(self.pages.tabs, Qt.Corner.TopRightCorner)
        self._join(acts)
        self._offer()

    @property
    def _buttons(self) -> list[tuple[KeyButton, Keys]]:
        """The buttons that are offered together with a command of the menu."""
        results, strip = self.page.results, self.pages.strip
        both = [
            (Keys.RULE_ACCEPT, results.accept, strip.accept),
            (Keys.RULE_FLAG, results.flag, strip.flag),
            (Keys.RULE_NOTE, results.note, strip.note),
            (Keys.UNDO_RULING, results.undo, strip.undo),
        ]
        pairs = [(button, key) for key, *buttons in both for button in buttons]
        return [*pairs, (results.open, Keys.OPEN_ITEM), (results.export, Keys.EXPORT)]

    def _join(self, acts: dict[Keys, Callable[[], object]]) -> None:
        page, results, strip, queue = self.page, self.page.results, self.pages.strip, self.session.queue
        for button, key in self._buttons:
            button.clicked.connect(lambda _checked=False, act=acts[key]: act())
        for button, key in (
            (page.welcome.begin, Keys.BATCH),
            (page.welcome.open, Keys.OPEN_RESULTS),
            (results.run_card.new, Keys.BATCH),
        ):
            button.clicked.connect(lambda _checked=False, act=acts[key]: act())
        page.welcome.folder.clicked.connect(self._begin_folder)
        page.form.settings.clicked.connect(self._window.dialogs.open_settings)
        results.run_card.go_on.clicked.connect(self._go_on)
        results.what_if.clicked.connect(self.supervising.what_if)
        results.view.opened.connect(self.at_hand.look_at)
        results.view.chosen.connect(lambda: queue.go_to(results.view.row))
        strip.stepped.connect(queue.step)
        strip.back.clicked.connect(self.at_hand.to_list)
        self.at_hand.changed.connect(self._offer)
        queue.ruled.connect(self._offer)
        self.session.begun.connect(self._on_begun)
        self.session.changed.connect(self._offer)
        self.session.told.connect(self._window.notices.say)
        self.session.noted.connect(lambda text: self._window.status.showMessage(text, NOTED))
        self.starting.ready.connect(self._start)
        self.starting.left.connect(self._leave_form)
        self.model.arranged.connect(self.at_hand.show_strip)
        self.pages.switched.connect(self._on_switched)
        self._window.page.arrived.connect(lambda _role, _sources: self.pages.show_verify())

    # what the settings say

    def _in_force(self) -> Inforce:
        policy, card = self._window.policy, self._window.card
        own = card is not None and policy == card.policy
        return Inforce(policy=policy, own=own, device=self._window.settings.device)

    def _name(self) -> str:
        return self._window.settings.ruled_by or _user()

    def show_settings(self) -> None:
        """Follow the settings and the model."""
        self.starting.show_in_force()
        card = self._window.card
        if card is not None:
            self.page.results.view.results.scale_end = card.scale_end

    # starting and opening

    def begin(self) -> None:
        """Start a batch with a manifest that the operator chooses."""
        if self._may_leave() and self.starting.ask_manifest():
            self._show_form()

    def _begin_folder(self) -> None:
        if self._may_leave() and self.starting.ask_folder():
            self._show_form()

    def begin_with(self, path: Path) -> None:
        """Start a batch with this manifest or folder; nothing runs before the operator has seen what was found."""
        if self._may_leave():
            self.starting.take(path)
            self._show_form()

    def open_results(self) -> None:
        """Open results that the operator chooses."""
        self.session.ask()

    def _may_leave(self) -> bool:
        if self.session.runs:
            text = self.tr("A batch is running. Stop it, or let it end, before another one is started.")
            self._window.notices.say(text)
        return not self.session.runs

    def _show_form(self) -> None:
        self._show(self.page.form)

    def _show(self, part: QWidget) -> None:
        self.page.setCurrentWidget(part)
        self.pages.show_batch()
        self._show_title()

    def _show_title(self) -> None:
        """On the Batch page the window is called after what is worked on there."""
        part, standing = self.page.currentWidget(), self.session.standing
        name = self.starting.name if part is self.page.form else ""
        if part is self.page.results and standing is not None:
            name = standing.name
        self._window.setWindowTitle(f"{name} — sigverify" if name else "sigverify")

    def _leave_form(self) -> None:
        self._show(self.page.results if self.session.path is not None else self.page.welcome)

    def _start(self, request: Request, manifest: ManifestLike) -> None:
        self.session.start(request, manifest)

    def _go_on(self) -> None:
        """Go on with a batch that stopped: with what it was started with, which is checked anew."""
        request, path = self.session.request, self.session.path
        if request is not None:
            self.starting.take(request.input)
            self.page.form.out.setText(str(request.out))
            self._show_form()
        elif path is not None:
            self._window.notices.say(self.tr("Choose the manifest or the folder that this batch was begun with."))
            out = str(path.with_name(self.session.standing.name)) if self.session.standing else ""
            if self.starting.ask_manifest():
                self.page.form.out.setText(out)
                self._show_form()

    def _on_begun(self) -> None:
        self.at_hand.put_away()
        self._show(self.page.results)
        self.at_hand.show_strip()

    # the item at hand

    def leave_item(self) -> bool:
        """One step back: out of the form, out of the search, or from an item that is shown as the batch saw it.

        False where there is nothing of the kind to step back from.
        """
        if self.pages.on_batch:
            if self.page.currentWidget() is self.page.form:
                self.starting.cancel()
            elif self.page.currentWidget() is self.page.results:
                self.page.results.leave_search(clear=True)
            return True
        if not self.at_hand.stands:
            return False
        self.at_hand.to_list()
        return True

    def _find(self) -> None:
        self.pages.show_batch()
        self.page.results.start_search()

    def _on_switched(self) -> None:
        """What acts on the Verify page is not offered while it cannot be seen."""
        menus = self._window.menus
        if self.pages.on_batch:
            for action in (menus.swap, menus.remove, menus.clear):
                action.setEnabled(False)
            self._show_title()
        else:
            self._window.offer_commands()
        self._offer()

    def _offer(self) -> None:
        """Offer what can be done now, in menus and on buttons."""
        queue, session, on_batch = self.session.queue, self.session, self.pages.on_batch
        result = session.result
        rules = self.at_hand.rules
        has_item = queue.row is not None and self.at_hand.in_sight
        noted = rules and result is not None and result.ruling is not None
        on_results = on_batch and self.page.currentWidget() is self.page.results
        states = {
            Keys.PAUSE_BATCH: session.runs,
            Keys.EXPORT: session.path is not None and not session.runs,
            Keys.OPEN_ITEM: has_item and on_results,
            Keys.RULE_ACCEPT: rules,
            Keys.RULE_FLAG: rules,
            Keys.RULE_NOTE: noted,
            Keys.UNDO_RULING: queue.can_undo,
            Keys.ITEM_BEFORE: has_item,
            Keys.ITEM_AFTER: has_item,
            Keys.FIND: session.path is not None,
        }
        self.menu.enable(states)
        results = self.page.results
        for button, key in self._buttons:
            button.setEnabled(states[key])
        running = session.standing is not None and session.standing.state in RUNS
        results.what_if.setEnabled(session.path is not None and not running and len(self.model.table) > 0)
        self.at_hand.refresh_strip()

    # what arrives

    def hover(self, mime: QMimeData) -> bool:
        """Say what would become of this if it were dropped; False where it is no batch's."""
        path = batch_path(mime)
        words = {Kind.WORK: self.tr("Verify as a batch"), Kind.RESULTS: self.tr("Open these results")}
        self.cover.show_text("" if path is None else words[kind_of(path)])
        return path is not None

    def take(self, event: QDropEvent) -> bool:
        """Take a folder, a manifest or results that are dropped; False where it is none of them."""
        self.cover.show_text("")
        path = batch_path(event.mimeData())
        if path is None:
            return False
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        if kind_of(path) is Kind.RESULTS:
            self.session.open(path)
        else:
            self.begin_with(path)
        return True

    def close(self) -> None:
        """Stop what runs, keep what was ruled, and leave no process behind."""
        self.session.close()
        self.starting.close()
        for tasks in (self.checks, self.files):
            tasks.close()


def _user() -> str:
    """Who is at the computer, as the system has it."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return NOBODY
