"""What another threshold would change, from the results at hand to the setting."""

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog

from sigverify.batch.whatif import WhatIf, in_force
from sigverify.domain import Policy
from sigverify.errors import SettingsError
from sigverify.gui.batch.model import ResultsModel
from sigverify.gui.batch.whatif_dialog import WhatIfDialog
from sigverify.gui.batch.work import Tasks

if TYPE_CHECKING:
    from sigverify.gui.window import MainWindow

NOTED: Final = 8000  # milliseconds that the status bar says what is done


class Supervising(QObject):
    """Opens the dialog on a model's rows, and keeps what the supervisor chose."""

    opened = Signal(int)  # row of the table to be looked at

    def __init__(self, window: "MainWindow", model: ResultsModel, files: Tasks, rates: Tasks) -> None:
        """`files` makes the lines ready, which takes seconds; `rates` works out error rates."""
        super().__init__(window)
        self._window, self._model, self._files, self._rates = window, model, files, rates

    def what_if(self) -> None:
        """Show what other thresholds would change in the results at hand; getting ready takes a moment."""
        table = self._model.table
        self._window.status.showMessage(self.tr("Working it out …"), NOTED)

        def ready() -> tuple[WhatIf, Policy | None]:
            results = [table.result(row) for row in range(len(table))]
            return WhatIf(results), in_force(results)

        self._files.run(ready, lambda found: self._show_what_if(*found), self._window.notices.say)

    def _show_what_if(self, what_if: WhatIf, decided_at: Policy | None) -> None:
        policy, card = self._window.policy, self._window.card
        self._window.status.clearMessage()
        if policy is None or card is None:
            self._window.notices.say(self.tr("The model is still being loaded. Try again in a moment."))
            return
        dialog = WhatIfDialog(
            self._model.table,
            what_if,
            decided_at,
            scale_end=card.scale_end,
            in_force=policy,
            apply=self._apply,
            tasks=self._rates,
            parent=self._window,
        )
        dialog.opened.connect(lambda row: self._look_from(dialog, row))
        self._window.dialogs.show(dialog)

    def _look_from(self, dialog: QDialog, row: int) -> None:
        dialog.close()
        self.opened.emit(row)

    def _apply(self, policy: Policy) -> None:
        """Keep thresholds as the supervisor's; one that is the model's own is kept as such."""
        card = self._window.card
        assert card is not None
        one = None if policy.one == card.policy.one else policy.one
        several = None if policy.several == card.policy.several else policy.several
        try:
            self._window.keep(replace(self._window.settings, threshold_one=one, threshold_several=several))
        except SettingsError as error:
            self._window.notices.say(str(error))
