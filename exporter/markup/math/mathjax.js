// Typesets with the modules of MathJax 3, loaded before this file, without a browser.
const modules = MathJax._;
const adaptor = modules.adaptors.liteAdaptor.liteAdaptor();
modules.handlers.html_ts.RegisterHTMLHandler(adaptor);

// noerrors and noundefined would hide what is wrong; autoload and require would fetch files.
const packages = modules.input.tex.AllPackages.AllPackages.filter((name) => !["noerrors", "noundefined"].includes(name));
const font = new modules.output.svg.fonts.tex_ts.TeXFont();
const svg = new modules.output.svg_ts.SVG({ fontCache: "none", internalSpeechTitles: false, font });
const fail = (jax, error) => { throw error; };
const newDocument = () =>
  modules.mathjax.mathjax.document("", {
    InputJax: new modules.input.tex_ts.TeX({ packages, multlineWidth: "24em", formatError: fail }),
    OutputJax: svg,
  });
let shared = newDocument();

const compiled = modules.core.MathItem.STATE.COMPILED;

// Returns {svg} or {error}; with `checked` alone, {} for a formula that can be read, which costs half of its picture.
// A document keeps definitions and labels, so a formula with any gets one of its own.
function typeset(tex, display, checked) {
  const defines = /\\(?:\w*newcommand|\w*newenvironment|\w*def|let|DeclareMath\w*|DeclarePaired\w*|definecolor|setmathOptions|begingroup|label|ref|eqref)(?![a-z])/.test(tex);
  const document = defines ? newDocument() : shared;
  const options = { display, em: 16, ex: 7.1, containerWidth: 1e6 };
  try {
    const node = document.convert(tex, checked ? { ...options, end: compiled } : options);
    return checked ? {} : { svg: adaptor.innerHTML(node) };
  } catch (error) {
    if (!error || error instanceof InternalError) throw error; // no memory is left
    shared = newDocument(); // an error may leave the parser in the middle of a stack
    return { error: String(error.message || error) };
  }
}
