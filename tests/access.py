"""Ask axe-core whether everybody can use a page that is open in the browser."""

from dlcourse.cli.vendor import vendored

RULES = ["image-alt", "role-img-alt", "svg-img-alt", "input-image-alt"]
RULES += ["color-contrast", "label", "button-name", "link-name", "html-has-lang"]
RUN = """async rules => {
    const told = await axe.run(document, {runOnly: rules, resultTypes: ["violations"]});
    const lines = told.violations.flatMap(rule => rule.nodes.map(node =>
        `${rule.id}: ${node.html.slice(0, 90)} ${node.any[0]?.message ?? ""}`));
    const names = [...document.images].filter(image => /\\.(png|svg)$/.test(image.alt));
    return [...lines, ...names.map(image => `a file's name for words: ${image.alt}`)];
}"""


def faults(page):
    """One line for each element that somebody cannot see, read or use."""
    if not page.evaluate("() => 'axe' in window"):  # slides are one page
        script = vendored("axe-core") / "axe.min.js"
        page.evaluate(script.read_text(encoding="utf-8"))
    return page.evaluate(RUN, RULES)
