// What MathJax reads when it is loaded: each slide is typeset when it is first shown.
window.MathJax = {
    tex: {
        inlineMath: [["$", "$"], ["\\(", "\\)"]],
        processEscapes: true,
        packages: { "[-]": ["noerrors", "noundefined"] },  // a wrong formula is told
    },
    options: { enableMenu: false },
    startup: { typeset: false },
};
