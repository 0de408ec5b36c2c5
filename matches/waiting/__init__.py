"""What waits for a coordinator in this room: lines of the work list, and how many cannot wait."""

from .people import late_lines, pressing, quiet_lines, talk_lines
from .steps import alone_lines, match_lines, proposal_lines

#: Each kind on its own, so that many lines of one never hide those of another.
SOURCES = (quiet_lines, late_lines, talk_lines, match_lines, alone_lines, proposal_lines)

__all__ = ["SOURCES", "pressing"]
