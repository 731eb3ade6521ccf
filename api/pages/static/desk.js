// One key decides: 1 for the same, 2 for different; not while somebody writes.

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || /^(?:INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
  const button = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === event.key);
  if (button) {
    event.preventDefault();
    button.form.requestSubmit(button);
  }
});
