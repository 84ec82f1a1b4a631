// Moves a recorded slider (tools/site_sliders.py): one figure of many below each other.
function slide(input) {
    const figure = input.closest("figure").querySelector("[role=img]");
    const value = JSON.parse(input.dataset.values)[input.value];
    figure.style.backgroundPositionY = `${-input.value * figure.clientHeight}px`;
    figure.ariaLabel = figure.ariaLabel.replace(/=.*/, `= ${value}`);
    input.nextElementSibling.value = value;
}
