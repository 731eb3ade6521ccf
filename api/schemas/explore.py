"""What can be explored: the filters of alleged violations, and how they are looked at."""

from typing import Literal

from pydantic import Field

from api.schemas.filters import Violations

Look = Literal["map", "graph"]


class Explore(Violations):
    """Filters of alleged violations and candidates, all of which hold for every picture of them."""

    view: Look = Field("map", description="The picture beside the time line: where, or who says it of whom.")

    def records(self) -> Violations:
        """Return the same filters as the list of alleged violations takes them."""
        return Violations.model_validate(self.model_dump(by_alias=True, exclude={"view"}))
