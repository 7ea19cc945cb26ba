"""What the acceptance scenarios share."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Playwright

from tests.browser.scene import Scene, scene
from tests.conftest import Town
from tests.support.browser import Browsers
from tests.support.nursery import Nursery
from tests.support.server import OnsiteServer


@pytest.fixture(scope="module")
def field(
    town: Town, nursery: Nursery, playwright: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Scene]:
    """The demo company's server and office, with phones as they are asked for; for a module."""
    folder = tmp_path_factory.mktemp("field")
    server = OnsiteServer(town(folder / "server"), demo=True, nursery=nursery)
    with scene(server, Browsers(playwright, folder / "profiles"), folder) as opened:
        yield opened
