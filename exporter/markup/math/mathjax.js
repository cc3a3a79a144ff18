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

// Returns {svg} or {error}. A document keeps definitions and labels, so a formula with any gets one of its own.
function typeset(tex, display) {
  const defines = /\\(?:\w*newcommand|\w*newenvironment|\w*def|let|DeclareMath\w*|DeclarePaired\w*|definecolor|setmathOptions|begingroup|label|ref|eqref)(?![a-z])/.test(tex);
  const document = defines ? newDocument() : shared;
  try {
    const node = document.convert(tex, { display, em: 16, ex: 7.1, containerWidth: 1e6 });
    return { svg: adaptor.innerHTML(node) };
  } catch (error) {
    if (!error || error instanceof InternalError) throw error; // no memory is left
    shared = newDocument(); // an error may leave the parser in the middle of a stack
    return { error: String(error.message || error) };
  }
}
