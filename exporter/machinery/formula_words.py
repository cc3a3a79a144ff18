r"""The control words and the environments of formulas that only set: what MathJax 3 and its packages know, without what may do more.

In: nothing. Out: names. What takes colours and their like (`\color`) is not here: see `control_words`.
"""

from __future__ import annotations

SETTING_WORDS = frozenset(
    """
above abovewithdelims Aboxed acute adjustlimits aleph alpha alwaysDashedLine alwaysNoLine alwaysRootAtBottom
alwaysRootAtTop alwaysSingleLine alwaysSolidLine amalg And angle approx approxeq arccos arcsin arctan arg array
ArrowBetweenLines Arrowvert arrowvert ast asymp atop atopwithdelims AXC Axiom AxiomC backepsilon backprime backsim
backsimeq backslash bar barwedge Bbb Bbbk bbFont because beta beth between bf BIC Big big bigcap bigcirc bigcup Bigg
bigg Biggl biggl Biggm biggm Biggr biggr Bigl bigl Bigm bigm bigodot bigoplus bigotimes Bigr bigr bigsqcup bigstar
bigtimes bigtriangledown bigtriangleup biguplus bigvee bigwedge BinaryInf BinaryInfC binom blacklozenge blacksquare
blacktriangle blacktriangledown blacktriangleleft blacktriangleright bmod boldsymbol bot bowtie Box boxdot boxed
boxminus boxplus boxtimes Bra bra brace bracevert brack Braket braket breve buildrel bullet Bumpeq bumpeq cal Cap cap
cases cdot cdotp cdots ce celsius centercolon centerdot centernot centerOver cfrac check checkmark chi choose circ
circeq circlearrowleft circlearrowright circledast circledcirc circleddash circledR circledS clap clubsuit colon
Colonapprox colonapprox Coloneq coloneq Coloneqq coloneqq Colonsim colonsim complement cong coprod cos cosh cot coth
cr cramped crampedclap crampedllap crampedrlap crampedsubstack csc Cup cup curlyeqprec curlyeqsucc curlyvee curlywedge
curvearrowleft curvearrowright dagger daleth dashedLine dashleftarrow dashrightarrow dashv dbinom dblcolon ddagger
ddddot dddot ddot ddots deg degree Delta delta det dfrac diagdown diagup Diamond diamond diamondsuit digamma dim
displaylines displaystyle div divideontimes divsymbol dot Doteq doteq doteqdot dotplus dots dotsb dotsc dotsi dotsm
dotso doublebarwedge doublecap doublecup Downarrow downarrow downdownarrows downharpoonleft downharpoonright ell
empheqbigl empheqbiglangle empheqbiglbrace empheqbiglbrack empheqbiglceil empheqbiglfloor empheqbiglparen
empheqbiglVert empheqbiglvert empheqbigr empheqbigrangle empheqbigrbrace empheqbigrbrack empheqbigrceil
empheqbigrfloor empheqbigrparen empheqbigrVert empheqbigrvert empheql empheqlangle empheqlbrace empheqlbrack
empheqlceil empheqlfloor empheqlparen empheqlVert empheqlvert empheqr empheqrangle empheqrbrace empheqrbrack
empheqrceil empheqrfloor empheqrparen empheqrVert empheqrvert emptyset end enspace epsilon eqalign eqalignno eqcirc
Eqcolon eqcolon Eqqcolon eqqcolon eqref eqsim eqslantgtr eqslantless equiv eta eth exists exp fallingdotseq fbox
fCenter Finv flat forall frac frak framebox frown Game Gamma gamma gcd ge genfrac geq geqq geqslant gets gg ggg gggtr
gimel gnapprox gneq gneqq gnsim grave gt gtrapprox gtrdot gtreqless gtreqqless gtrless gtrsim gvertneqq hat hbar hbox
hdashline heartsuit hfil hfill hfilll hline hom hookleftarrow hookrightarrow hphantom hskip hslash hspace Huge huge
idotsint iff iiiint iiint iint Im imath impliedby implies in inf infty injlim int intercal intop iota it jmath Join
kappa ker kern Ket ket Ketbra ketbra label Lambda lambda land langle LARGE Large large LaTeX lbrace lbrack lceil ldotp
ldots le leadsto left Leftarrow leftarrow leftarrowtail leftharpoondown leftharpoonup LeftLabel leftleftarrows
Leftrightarrow leftrightarrow leftrightarrows leftrightharpoons leftrightsquigarrow leftroot leftthreetimes leq
leqalignno leqq leqslant lessapprox lessdot lesseqgtr lesseqqgtr lessgtr lesssim lfloor lg lgroup lhd lim liminf
limits limsup LL ll llap llcorner Lleftarrow lll llless lmoustache ln lnapprox lneq lneqq lnot lnsim log Longleftarrow
longleftarrow Longleftrightarrow longleftrightarrow longleftrightarrows longLeftrightharpoons longmapsto
Longrightarrow longrightarrow longRightleftharpoons longrightleftharpoons looparrowleft looparrowright lor lower
lozenge lparen lrcorner Lsh lt ltimes lVert lvert lvertneqq maltese mapsto mathbb mathbf mathbfcal mathbffrak mathbfit
mathbfscr mathbfsf mathbfsfit mathbfsfup mathbfup mathbin mathcal mathchoice mathclap mathclose mathfrak mathinner
mathit mathllap mathmakebox mathmbox mathnormal mathop mathopen mathord mathpunct mathrel mathring mathrlap mathrm
mathscr mathsf mathsfit mathsfup mathstrut mathtt mathup matrix max mbox measuredangle mho micro mid middle min
minCDarrowheight minCDarrowwidth mit mkern mod models MoveEqLeft moveleft moveright mp mskip mspace MTFlushSpaceAbove
MTFlushSpaceBelow MTThinColon mu multimap nabla natural ncong ndownarrow ne nearrow neg negmedspace negthickspace
negthinspace neq newline nexists ngeq ngeqq ngeqslant ngtr ni nLeftarrow nleftarrow nLeftrightarrow nleftrightarrow
nleq nleqq nleqslant nless nmid nobreakspace nolimits noLine nonscript nonumber normalsize not notag notChar notin
nparallel nprec npreceq nRightarrow nrightarrow nshortmid nshortparallel nsim nsubseteq nsubseteqq nsucc nsucceq
nsupseteq nsupseteqq ntriangleleft ntrianglelefteq ntriangleright ntrianglerighteq nu nuparrow nVDash nVdash nvDash
nvdash nwarrow odot ohm oint oldstyle Omega omega omicron ominus operatorname oplus ordinarycolon oslash otimes over
overbrace overbracket overleftarrow overleftrightarrow overline overparen overrightarrow overset overunderset
overwithdelims owns parallel partial perp perthousand phantom Phi phi Pi pi pitchfork pm pmatrix pmb pmod pod Pr prec
precapprox preccurlyeq preceq precnapprox precneqq precnsim precsim prescript prime prod projlim propto Psi psi pu
qquad quad QuaternaryInf QuaternaryInfC QuinaryInf QuinaryInfC raise rangle rbrace rbrack rceil Re ref refeq
restriction rfloor rgroup rhd rho right Rightarrow rightarrow rightarrowtail rightharpoondown rightharpoonup
RightLabel rightleftarrows rightleftharpoons rightrightarrows rightsquigarrow rightthreetimes risingdotseq RL rlap rm
rmoustache root rootAtBottom rootAtTop rparen Rrightarrow Rsh rtimes Rule rule rVert rvert S scr scriptscriptstyle
scriptsize scriptstyle searrow sec Set set setminus sf sharp shortmid shortparallel shortvdotswithin shoveleft
shoveright sideset Sigma sigma sim simeq sin singleLine sinh skew small smallfrown smallint smallsetminus smallsmile
smash smile solidLine Space space spadesuit sphericalangle splitdfrac splitfrac sqcap sqcup sqrt sqsubset sqsubseteq
sqsupset sqsupseteq square stackbin stackrel star strut Subset subset subseteq subseteqq subsetneq subsetneqq substack
succ succapprox succcurlyeq succeq succnapprox succneqq succnsim succsim sum sup Supset supset supseteq supseteqq
supsetneq supsetneqq surd swarrow symbb symbf symbfcal symbffrak symbfit symbfscr symbfsf symbfsfit symbfsfup symbfup
symcal symfrak symit symnormal symrm symscr symsf symsfit symsfup symtt symup tag tan tanh tau tbinom TeX text
textacutedbl textasciiacute textasciibreve textasciicaron textasciicircum textasciidieresis textasciimacron
textasciitilde textasteriskcentered textbackslash textbaht textbar textbardbl textbf textbigcircle textblank textborn
textbraceleft textbraceright textbrokenbar textbullet textcelsius textcent textcentoldstyle textcircledP textclap
textcolonmonetary textcompwordmark textcopyleft textcopyright textcurrency textdagger textdaggerdbl textdegree
textdied textdiscount textdiv textdivorced textdollar textdollaroldstyle textdong textdownarrow texteightoldstyle
textellipsis textemdash textendash textestimated texteuro textexclamdown textfiveoldstyle textflorin textfouroldstyle
textfractionsolidus textgravedbl textgreater textguarani textinterrobang textinterrobangdown textit textlangle
textlbrackdbl textleftarrow textless textlira textllap textlnot textlquill textmarried textmho textminus textmu
textmusicalnote textnaira textnineoldstyle textnormal textnumero textohm textonehalf textoneoldstyle textonequarter
textonesuperior textopenbullet textordfeminine textordmasculine textparagraph textperiodcentered textpertenthousand
textperthousand textpeso textpm textquestiondown textquotedblleft textquotedblright textquoteleft textquoteright
textrangle textrbrackdbl textrecipe textreferencemark textregistered textrightarrow textrlap textrm textrquill
textsection textservicemark textsevenoldstyle textsf textsixoldstyle textsterling textstyle textsurd textthreeoldstyle
textthreequarters textthreesuperior texttildelow texttimes texttrademark texttt texttwooldstyle texttwosuperior
textunderscore textup textuparrow textvisiblespace textwon textyen textzerooldstyle tfrac therefore Theta theta
thickapprox thicksim thinspace TIC tilde times Tiny tiny to top triangle triangledown triangleleft trianglelefteq
triangleq triangleright trianglerighteq TrinaryInf TrinaryInfC tripledash tt twoheadleftarrow twoheadrightarrow UIC
ulcorner UnaryInf UnaryInfC underbrace underbracket underleftarrow underleftrightarrow underline underparen
underrightarrow underset unlhd unrhd upalpha Uparrow uparrow upbeta upchi Updelta updelta Updownarrow updownarrow
upepsilon upeta Upgamma upgamma upharpoonleft upharpoonright upiota upkappa Uplambda uplambda uplus upmu upnu Upomega
upomega upomicron Upphi upphi Uppi uppi Uppsi uppsi uprho uproot Upsigma upsigma Upsilon upsilon uptau Uptheta uptheta
upuparrows Upupsilon upupsilon upvarepsilon upvarphi upvarpi upvarrho upvarsigma upvartheta Upxi upxi upzeta urcorner
varDelta varepsilon varGamma varinjlim varkappa varLambda varliminf varlimsup varnothing varOmega varPhi varphi varPi
varpi varprojlim varpropto varPsi varrho varSigma varsigma varsubsetneq varsubsetneqq varsupsetneq varsupsetneqq
varTheta vartheta vartriangle vartriangleleft vartriangleright varUpsilon varXi vcenter Vdash vDash vdash vdots
vdotswithin vec vee veebar Vert vert vphantom Vvdash wedge widehat widetilde wp wr xhookleftarrow xhookrightarrow Xi
xi xLeftarrow xleftarrow xleftharpoondown xleftharpoonup xLeftrightarrow xleftrightarrow xLeftrightharpoons
xleftrightharpoons xlongequal xmapsto xmathstrut xRightarrow xrightarrow xrightharpoondown xrightharpoonup
xRightleftharpoons xrightleftharpoons xtofrom xtwoheadleftarrow xtwoheadrightarrow yen zeta
""".split()
)

ENVIRONMENTS = frozenset(
    """
Bmatrix Bmatrix* Bsmallmatrix Bsmallmatrix* CD Vmatrix Vmatrix* Vsmallmatrix Vsmallmatrix* align align* alignat
alignat* aligned alignedat array bmatrix bmatrix* bsmallmatrix bsmallmatrix* cases cases* crampedsubarray dcases
dcases* drcases drcases* empheq eqnarray eqnarray* equation equation* flalign flalign* gather gather* gathered
lgathered matrix matrix* multline multline* multlined numcases pmatrix pmatrix* prooftree psmallmatrix psmallmatrix*
rcases rcases* rgathered smallmatrix smallmatrix* split spreadlines subarray subnumcases vmatrix vmatrix* vsmallmatrix
vsmallmatrix* xalignat xalignat* xxalignat
""".split()
)
