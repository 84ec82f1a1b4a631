// Shows the deck, and makes each slide fit.
const FOOT = 700;  // pixels: where the content of a slide of 1280 × 720 ends at the latest
const LEAST = 0.7;  // of its size: how small a figure becomes before it is too small

// Whether what a slide holds reaches below its foot, or beyond its right margin.
function overflows(slide) {
    const wide = element => element.scrollWidth > element.clientWidth + 1;
    return [...slide.children].some(part => part.offsetTop + part.offsetHeight > FOOT)
        || [...slide.querySelectorAll(".outputs, .text, .code")].some(wide);
}

const fitted = new Map();  // slide -> the promise that it fits
function fit(slide) {
    if (!fitted.has(slide)) fitted.set(slide, shrink(slide));
    return fitted.get(slide);
}

// Typesets the formulas of a slide, then makes figures and tables, and at last text,
// smaller.
async function shrink(slide) {
    await MathJax.typesetPromise([slide]);
    const images = [...slide.querySelectorAll("img")];
    await Promise.allSettled(images.map(image => image.decode()));
    const widths = new Map(images.map(image => [image, image.offsetWidth]));
    for (const parts of [".outputs img, .outputs table", ".text"]) {
        for (let size = 1; overflows(slide) && size > LEAST; size -= 0.05) {
            slide.querySelectorAll(parts).forEach(part => {
                if (widths.has(part))  // zoom is of its own size, not of that on the slide
                    part.style.cssText = `width: ${widths.get(part) * (size - 0.05)}px; height: auto`;
                else part.style.zoom = size - 0.05;
            });
        }
    }
}

// What was folded covers the slide when it is shown and does not fit; a click folds it.
document.addEventListener("toggle", event => {
    const fold = event.target, slide = fold.closest("section");
    fold.classList.remove("over");
    if (fold.open && overflows(slide)) fold.classList.add("over");
}, true);

// A slide without a heading of its own says small in which section it stands.
let section = "";
document.querySelectorAll("section section").forEach(slide => {
    const heading = slide.querySelector("h1, h2, h3");
    if (heading) section = heading.firstChild.textContent;
    else slide.dataset.section = section;
});

Reveal.initialize({
    width: 1280, height: 720, margin: 0, center: false, hash: true,
    slideNumber: "c/t", transition: "none", backgroundTransition: "none",
    pdfSeparateFragments: false,
});
Reveal.on("ready", event => fit(event.currentSlide));
Reveal.on("slidechanged", event => fit(event.currentSlide));
