"""The desk: a biller's place to work, in the browser, served on the office's own machine."""
