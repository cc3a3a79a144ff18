"""Formulas that are right beyond doubt, so that nobody has to ask MathJax: three in five of those in real notes.

In: TeX. Out: whether it is nothing but letters, digits, signs and symbols, each with one index and one exponent at most. Any
other may be right too.
"""

from __future__ import annotations

import re

SYMBOLS = """
alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi
varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega
cdot times div pm mp ast circ bullet oplus otimes cup cap setminus wedge vee neg
le leq ge geq ne neq equiv approx sim simeq cong propto ll gg in notin ni subset subseteq supset supseteq mid parallel perp
to rightarrow leftarrow Rightarrow Leftarrow leftrightarrow Leftrightarrow mapsto
infty partial nabla forall exists emptyset ldots cdots dots quad qquad hbar ell Re Im
sin cos tan log ln exp lim max min sup inf det dim ker arg gcd sum prod int oint
""".split()
"""Commands that take no argument."""

_SIGN = r"[A-Za-z0-9+*/=<>,.;:!?()|\[\]-]"
_ATOM = rf"(?:{_SIGN}|\\(?:{'|'.join(SYMBOLS)})(?![A-Za-z]))"
_SCRIPT = rf"(?:{_SIGN}|\{{(?:{_ATOM} *+)++\}})"
_SIMPLE = re.compile(rf" *+(?:{_ATOM} *+(?:_ *+{_SCRIPT} *+)?(?:\^ *+{_SCRIPT} *+)?)++")
_LONGEST = 200


def is_simple(tex: str) -> bool:
    """Whether MathJax reads a formula beyond doubt."""
    return len(tex) <= _LONGEST and _SIMPLE.fullmatch(tex) is not None
