"""The words that the player writes."""

from __future__ import annotations

from geodata.geo import boundaries

__all__ = ["texts"]


def texts(counts: str) -> dict[str, str]:
    """Return the words that the player writes.

    Parameters
    ----------
    counts
        What the dataset counts: ``people`` or ``movements``.
    """
    who = "people" if counts == "people" else "they"
    return {
        "map": "Map of the movements",
        "player": "Player",
        "play": "Play",
        "pause": "Pause",
        "previous": "Previous event",
        "next": "Next event",
        "scrubber": "Day shown",
        "pace": "Pace",
        "skip": "Quiet days skipped",
        "skip_short": "skip quiet days,",
        "calendar": "Calendar time",
        "day_a_second": "day a second",
        "days_a_second": "days a second",
        "loop": "Play again and again",
        "picture": "Save this frame as a picture (PNG)",
        "full_screen": "Full screen",
        "leave_full_screen": "Leave full screen",
        "steps": "Steps",
        "more_steps": "More than fit here; the panel Movements lists all.",
        "more_here": "and {count} more on this line",
        "person": "person" if counts == "people" else "movement",
        "people": counts,
        "unreported": "not reported",
        "people_unreported": f"{counts}, number not reported",
        "steps_title": "Step by step",
        "show_claims": "show the claims",
        "legend": "Legend",
        "zoom_in": "Zoom in",
        "zoom_out": "Zoom out",
        "whole": "Show the whole selection",
        "wheel": "Ctrl + scroll zooms the map",
        "quiet": "no movement reported on this day",
        "where": f"Where {who} are on this day",
        "place_unknown": "place not reported",
        "empty": "No movement matches",
        "schematic": "Lines are schematic.",
        "attribution": boundaries.ATTRIBUTION,
        "point_of_view": boundaries.POINT_OF_VIEW,
        "no_webgl": "This browser cannot draw the map: WebGL is missing or off. The steps say the same.",
        "blocked": "The drawing program could not be loaded. The steps say the same.",
        "no_basemap": "The countries could not be loaded; movements are drawn without them.",
        "lost": "The browser took the map's drawing surface away. It comes back by itself if it can.",
    }
