"""A web process that is told to stop hears it, whatever it is doing at that moment."""

import os
import signal
import threading
import time
from typing import Final

_STOPS: Final = (signal.SIGTERM, signal.SIGINT)
_KNOCK: Final = signal.SIGUSR1  # means nothing, and wakes whom it reaches
_KNOCKING_SECONDS: Final = 0.1


def fork_without_handlers() -> None:
    """A process that is told to stop while it is starting has no request to finish: it ends.

    The main process's handlers would come with the fork and only note the signal, for ever where it
    came before the new process ran its first line; the server sets its own when the app is loaded.
    So the signals wait while a process is forked, and find it without handlers.
    """

    def forget() -> None:
        for stop in _STOPS:
            signal.signal(stop, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPS)

    os.register_at_fork(
        before=lambda: signal.pthread_sigmask(signal.SIG_BLOCK, _STOPS),
        after_in_parent=lambda: signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPS),
        after_in_child=forget,
    )


def wake_for_signals() -> None:
    """Wakes the main thread of this process until it has run the handlers of what came; call it
    there.

    Python notes a signal when it comes and runs its handler in the main thread, as soon as that
    runs again. Where the main thread is about to wait without an end, as the server's does once the
    app is loaded, that is never. So the note goes to a thread too, which knocks until it is heard.
    """
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.signal(_KNOCK, lambda _signal, _frame: None)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    threading.Thread(target=_knock, args=(reading,), name="signals", daemon=True).start()


def _knock(reading: int) -> None:
    main = threading.main_thread().ident
    assert main is not None, "it called us"
    while os.read(reading, 1)[0] not in _STOPS:
        pass
    while True:  # it ends with the process
        signal.pthread_kill(main, _KNOCK)
        time.sleep(_KNOCKING_SECONDS)
