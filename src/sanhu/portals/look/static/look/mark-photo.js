// Drawing the places to blacken on a photo, by mouse, finger or keys. Without it the numbers below are filled in by hand.
"use strict";

(() => {
  const figure = document.querySelector(".mark-photo");
  if (!figure) return;
  const svg = figure.querySelector("svg");
  const form = figure.closest("form");
  const sides = ["left", "top", "width", "height"];
  const rows = [];
  for (let number = 1; form.elements[`left_${number}`]; number += 1) {
    rows.push(sides.map((side) => form.elements[`${side}_${number}`]));
  }

  const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
  const isFilled = (row) => row.every((input) => input.value !== "");
  const boxOf = (row) => row.map((input) => Number(input.value));

  function write(row, box) {
    row.forEach((input, place) => { input.value = box ? String(Math.round(box[place] * 10) / 10) : ""; });
    const masked = form.querySelector("input[name=verdict][value=masked]");
    if (box && masked) masked.checked = true;
  }

  function draw(focused) {
    svg.replaceChildren();
    rows.forEach((row, place) => {
      if (!isFilled(row)) return;
      const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      const [left, top, width, height] = boxOf(row);
      for (const [name, value] of Object.entries({ x: left, y: top, width, height })) rect.setAttribute(name, value);
      rect.setAttribute("tabindex", "0");
      rect.setAttribute("role", "button");
      rect.setAttribute("aria-label", figure.dataset.boxLabel.replace("{n}", place + 1));
      rect.addEventListener("keydown", (event) => onKey(event, row));
      svg.append(rect);
      if (row === focused) rect.focus();
    });
  }

  function onKey(event, row) {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    const isRemoval = event.key === "Delete" || event.key === "Backspace";
    if (!step && !isRemoval) return;
    event.preventDefault();
    if (isRemoval) {
      write(row, null);
      draw();
      figure.querySelector("[data-add-box]").focus();
      return;
    }
    let [left, top, width, height] = boxOf(row);
    if (event.shiftKey) {
      width = clamp(width + step[0], 1, 100 - left);
      height = clamp(height + step[1], 1, 100 - top);
    } else {
      left = clamp(left + step[0], 0, 100 - width);
      top = clamp(top + step[1], 0, 100 - height);
    }
    write(row, [left, top, width, height]);
    draw(row);
  }

  function placeOf(event) {
    const frame = svg.getBoundingClientRect();
    return [
      clamp(((event.clientX - frame.left) / frame.width) * 100, 0, 100),
      clamp(((event.clientY - frame.top) / frame.height) * 100, 0, 100),
    ];
  }

  let begun = null;
  svg.addEventListener("pointerdown", (event) => {
    const row = rows.find((one) => !isFilled(one));
    if (!row || event.button !== 0) return;
    event.preventDefault();
    svg.setPointerCapture(event.pointerId);
    begun = { row, from: placeOf(event) };
  });
  svg.addEventListener("pointermove", (event) => {
    if (!begun) return;
    const [x, y] = placeOf(event);
    const [fromX, fromY] = begun.from;
    write(begun.row, [Math.min(x, fromX), Math.min(y, fromY), Math.abs(x - fromX), Math.abs(y - fromY)]);
    draw();
  });
  for (const name of ["pointerup", "pointercancel"]) {
    svg.addEventListener(name, () => {
      if (!begun) return;
      const [, , width, height] = boxOf(begun.row);
      const { row } = begun;
      begun = null;
      // A press without a movement is no box.
      if (!isFilled(row) || width < 0.5 || height < 0.5) write(row, null);
      draw(row);
    });
  }

  figure.querySelector("[data-add-box]").addEventListener("click", () => {
    const row = rows.find((one) => !isFilled(one));
    if (!row) return;
    write(row, [40, 40, 20, 20]);
    draw(row);
  });
  rows.flat().forEach((input) => input.addEventListener("input", () => draw()));

  figure.classList.add("drawing");
  figure.querySelector(".needs-script").hidden = false;
  form.querySelector("details.boxes").open = false;
  draw();
})();
