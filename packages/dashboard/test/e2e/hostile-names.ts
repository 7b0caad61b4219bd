/** Names that must stay text: markup, text that turns around, and more of it than there is room for. */
export const hostileNames = {
  markup: `<img src="x" onerror="document.title='owned'"><b>bold</b>`,
  turned: "safe\u202egnp.exe",
  long: "long".repeat(48),
} as const;
