"""QR codes: what a reader of paper points a phone at."""

from __future__ import annotations

import base64
import io

from exporter.machinery.html_text import Html


def qr_code(url: str) -> str:
    """A QR code (ISO/IEC 18004, error correction M) as an SVG data address."""
    import segno

    out = io.BytesIO()
    segno.make(url, error="m", micro=False).save(out, kind="svg", border=0, xmldecl=False, svgns=True, nl=False)
    return f"data:image/svg+xml;base64,{base64.b64encode(out.getvalue()).decode()}"


def show_address(address: str) -> Html:
    """A film or a page at an address: its code, and the address itself, which is a link in the PDF."""
    try:
        code = Html('<img class="scan" src="{}" alt="{}">').format(qr_code(address), address)
    except ValueError:  # too long for a code
        code = Html()
    return Html('<span class="film">{}<a href="{}">{}</a></span>').format(code, address, address)
