"""Answers that come late, in an order that a test chooses."""

from playwright.sync_api import APIResponse, Page, Route

WAIT_MS, STEP_MS = 10_000, 20


class Held:
    """The first request to ``pattern``, which is answered when the test says so. Earlier routes of it are removed."""

    def __init__(self, page: Page, pattern: str) -> None:
        self.page = page
        self.routes: list[Route] = []
        self._answers: list[APIResponse] = []
        page.unroute(pattern)
        page.route(pattern, self._hold, times=1)

    def _hold(self, route: Route) -> None:
        self.routes.append(route)

    def arrive(self) -> None:
        """Let the server answer, but keep the answer."""
        for _ in range(WAIT_MS // STEP_MS):
            if self.routes:
                break
            self.page.wait_for_timeout(STEP_MS)
        self._answers.append(self.routes[0].fetch())

    def release(self) -> None:
        """Let the browser have the answer."""
        self.routes[0].fulfill(response=self._answers[0])

    def lose(self) -> None:
        """Let the request fail, if the browser still waits for it. Else it could reach the server after the test."""
        for route in self.routes:
            route.abort()
