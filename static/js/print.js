// The card's one button. Without a script people print as they print any page.

const button = document.getElementById("print");
button.hidden = false;
button.addEventListener("click", () => window.print());
